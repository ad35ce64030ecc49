#include "pubsub/hub.hpp"

#include <string>
#include <vector>

#include "tests/unit/pubsub/pubsub_support.hpp"

namespace sidewire::pubsub {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

topic_options plain(std::string name) {
  return {.name = std::move(name), .events = {"e"}};
}
topic_options with_history(std::string name, std::size_t count) {
  return {.name = std::move(name), .events = {"e"}, .history = {.max_count = count}};
}
since_point behind(std::uint64_t offset, std::string epoch = "epoch") {
  return {since_point::kind::position, {std::move(epoch), offset}};
}
constexpr since_point::kind first = since_point::kind::first;

}  // namespace

TEST_CASE("a subscription gets what is published from now on, in order") {
  topic_system system{{with_history("a", 10)}};
  scripted_subscriber reader;
  system.publish("a");
  const auto answer = system.subscribe(reader, {.topic = "a"});
  REQUIRE(answer->starts.size() == 1);
  CHECK(answer->starts[0].epoch == "epoch");
  CHECK(answer->starts[0].offset == 1);
  CHECK(answer->starts[0].recovered);
  CHECK(system.publish("a")->offset == 2);
  system.publish("a");
  CHECK(reader.take() == texts{"a 2", "a 3"});
}

TEST_CASE("nothing of a subscription comes before it is begun, and then nothing is missing") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  system.shard().subscribe(reader, {.topic = "a"}, [](auto) {});
  system.publish("a");
  system.publish("a");
  CHECK(reader.take().empty());
  system.shard().begin(reader, "a");
  CHECK(reader.take() == texts{"a 1", "a 2"});
}

TEST_CASE("since a position brings what was missed before anything newer") {
  topic_system system{{with_history("a", 10)}};
  scripted_subscriber reader;
  for (int i = 0; i < 4; ++i) system.publish("a");
  const auto answer = system.subscribe(reader, {.topic = "a", .since = behind(2)});
  system.publish("a");
  CHECK(answer->starts[0].offset == 2);
  CHECK(answer->starts[0].recovered);
  CHECK(answer->starts[0].missed == 0);
  CHECK(reader.take() == texts{"a 3", "a 4", "a 5"});
}

TEST_CASE("since before the history brings all that is kept, and says how much is not") {
  topic_system system{{with_history("a", 2)}};
  scripted_subscriber reader;
  for (int i = 0; i < 5; ++i) system.publish("a");
  const auto answer = system.subscribe(reader, {.topic = "a", .since = behind(1)});
  CHECK_FALSE(answer->starts[0].recovered);
  CHECK(answer->starts[0].missed == 2);
  CHECK(answer->starts[0].offset == 3);
  CHECK(reader.take() == texts{"a 4", "a 5"});
}

TEST_CASE("since a position of another epoch, or one that never was, is not recovered") {
  topic_system system{{with_history("a", 2)}};
  for (int i = 0; i < 3; ++i) system.publish("a");
  for (const auto& since : {behind(3, "another"), behind(4)}) {
    scripted_subscriber reader;
    const auto answer = system.subscribe(reader, {.topic = "a", .since = since});
    CHECK_FALSE(answer->starts[0].recovered);
    CHECK(answer->starts[0].missed == 1);
    CHECK(reader.take() == texts{"a 2", "a 3"});
  }
}

TEST_CASE("since first brings what is kept, and counts nothing as missed") {
  topic_system system{{with_history("a", 2)}};
  scripted_subscriber reader;
  for (int i = 0; i < 3; ++i) system.publish("a");
  const auto answer = system.subscribe(reader, {.topic = "a", .since = {first}});
  CHECK(answer->starts[0].recovered);
  CHECK(answer->starts[0].missed == 0);
  CHECK(reader.take() == texts{"a 2", "a 3"});
}

TEST_CASE("a new subscription to a topic that retains its last publication gets it at once") {
  topic_system system{{{.name = "a", .events = {"e"}, .retains_last = true}}};
  scripted_subscriber early;
  scripted_subscriber late;
  system.subscribe(early, {.topic = "a"});
  for (int i = 0; i < 3; ++i) system.publish("a");
  system.subscribe(late, {.topic = "a"});
  CHECK(early.take() == texts{"a 1", "a 2", "a 3"});
  CHECK(late.take() == texts{"a 3"});
  system.subscribe(late, {.topic = "a"});
  CHECK(late.take().empty());
}

TEST_CASE("a queue waits for the first subscriber, beyond its buffer too, and for no other") {
  topic_system system{{{.name = "a", .events = {"e"}, .max_queue_count = 3}}};
  scripted_subscriber reader;
  scripted_subscriber other;
  for (int i = 0; i < 5; ++i) system.publish("a");
  const auto answer = system.subscribe(reader, {.topic = "a", .options = {.buffer = 1}});
  system.subscribe(other, {.topic = "a"});
  CHECK(answer->starts[0].offset == 2);
  CHECK(reader.take() == texts{"a 3", "a 4", "a 5"});
  CHECK(other.take().empty());
}

TEST_CASE("a queue waits for a subscriber to a pattern as well") {
  topic_system system{{{.name = "a/*", .events = {"e"}, .max_queue_count = 3}}, 2};
  scripted_subscriber reader;
  system.publish("a/1");
  system.subscribe(reader, {.topic = "a/*"}, 1);
  system.run_all();
  CHECK(reader.take() == texts{"a/1 1"});
}

TEST_CASE("dropOldest keeps as many as its buffer, and tells the range that it dropped") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  scripted_subscriber other;
  system.subscribe(other, {.topic = "a", .options = {.buffer = 5}});
  system.subscribe(reader, {.topic = "a", .options = {.buffer = 2}});
  reader.room = other.room = 1;
  for (int i = 0; i < 6; ++i) system.publish("a");
  reader.room = other.room = 10;
  system.shard().catch_up(reader);
  system.shard().catch_up(other);
  system.publish("a");
  CHECK(reader.take() == texts{"a 1", "a lagged 2-4", "a 5", "a 6", "a 7"});
  CHECK(other.take() == texts{"a 1", "a 2", "a 3", "a 4", "a 5", "a 6", "a 7"});
}

TEST_CASE("on a topic with history a slow subscription is caught up from it, without a gap") {
  topic_system system{{with_history("a", 10)}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a", .options = {.buffer = 1}});
  reader.room = 0;
  for (int i = 0; i < 10; ++i) system.publish("a");
  reader.room = 100;
  system.shard().catch_up(reader);
  CHECK(reader.take().size() == 10);
}

TEST_CASE("history that has aged away is told as a gap") {
  topic_system system{{{.name = "a", .events = {"e"}, .history = {.max_count = 9, .max_age = 1s}}}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a", .options = {.buffer = 1}});
  reader.room = 0;
  for (int i = 0; i < 3; ++i) system.publish("a");
  system.pass(2s);
  reader.room = 100;
  system.shard().catch_up(reader);
  CHECK(reader.take() == texts{"a lagged 1-2", "a 3"});
}

TEST_CASE("latest keeps the newest of each key in order, and tells each gap exactly") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a", .options = {.policy = slow_policy::latest}});
  reader.room = 0;
  for (const auto* key : {"x", "y", "x", "z", "y", "x"}) system.publish("a", "{}", key);
  reader.room = 100;
  system.shard().catch_up(reader);
  system.publish("a", "{}", "y");
  CHECK(reader.take() == texts{"a lagged 1-3", "a 4", "a 5", "a 6", "a 7"});
}

TEST_CASE("latest holds as many keys as its bound, and drops the oldest") {
  base::limits bounds;
  bounds.max_topic_keys = 2;
  topic_system system{{plain("a")}, 1, bounds};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a", .options = {.policy = slow_policy::latest}});
  reader.room = 0;
  for (const auto* key : {"x", "y", "z"}) system.publish("a", "{}", key);
  reader.room = 100;
  system.shard().catch_up(reader);
  CHECK(reader.take() == texts{"a lagged 1-1", "a 2", "a 3"});
}

TEST_CASE("disconnect ends a subscription that falls behind its buffer, and says so") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  system.subscribe(reader,
                   {.topic = "a", .options = {.policy = slow_policy::disconnect, .buffer = 2}});
  reader.room = 1;
  for (int i = 0; i < 3; ++i) system.publish("a");
  CHECK(reader.take() == texts{"a 1"});
  CHECK(reader.has_subscriptions());
  system.publish("a");
  reader.room = 100;
  system.publish("a");
  system.shard().catch_up(reader);
  CHECK(reader.take() == texts{"a closed slow"});
  CHECK_FALSE(reader.has_subscriptions());
  CHECK(system.shard().topic_count() == 0);
}

TEST_CASE("disconnect ends a whole pattern, and leaves narrower subscriptions alone") {
  topic_system system{{plain("a/*")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a/1"});
  system.subscribe(reader,
                   {.topic = "a/*", .options = {.policy = slow_policy::disconnect, .buffer = 1}});
  reader.room = 0;
  system.publish("a/1");
  for (int i = 0; i < 2; ++i) system.publish("a/2");
  reader.room = 100;
  system.shard().catch_up(reader);
  system.publish("a/2");
  system.publish("a/1");
  CHECK(reader.take() == texts{"a/* closed slow", "a/1 1", "a/1 2"});
}

TEST_CASE(
    "a pattern brings the topics that are and those that come, in one answer and exactly once") {
  topic_system system{{with_history("logs/*", 5)}, 2};
  scripted_subscriber reader;
  system.publish("logs/a");
  system.publish("logs/b");
  const auto answer = system.subscribe(
      reader, {.topic = "logs/*", .since = {first}, .since_by_topic = {{"logs/b", {"epoch", 1}}}},
      1);
  system.run_all();
  REQUIRE(answer->starts.size() == 2);
  CHECK(answer->starts[0].topic == "logs/a");
  CHECK(answer->starts[0].offset == 0);
  CHECK(answer->starts[1].topic == "logs/b");
  CHECK(answer->starts[1].offset == 1);
  system.publish("logs/b");
  system.publish("logs/c");
  system.run_all();
  CHECK(reader.take() == texts{"logs/a 1", "logs/b 2", "logs/c 1"});
}

TEST_CASE("a publication comes once, under the narrowest subscription that fits") {
  topic_system system{{plain("a/**")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a/**"});
  system.subscribe(reader, {.topic = "a/*"});
  system.subscribe(reader, {.topic = "a/1"});
  system.publish("a/1");
  CHECK(reader.take() == texts{"a/1 1"});
  CHECK(system.shard().unsubscribe(reader, "a/1"));
  system.publish("a/1");
  CHECK(system.shard().unsubscribe(reader, "a/*"));
  system.publish("a/1");
  CHECK(reader.take() == texts{"a/1 2", "a/1 3"});
  CHECK(system.shard().unsubscribe(reader, "a/**"));
  system.publish("a/1");
  CHECK(reader.take().empty());
  CHECK_FALSE(reader.has_subscriptions());
  CHECK(system.shard().topic_count() == 0);
}

TEST_CASE("what waits when a narrower subscription goes comes under the wider one") {
  topic_system system{{plain("a/*")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a/*"});
  system.subscribe(reader, {.topic = "a/1"});
  reader.room = 0;
  system.publish("a/1");
  CHECK(system.shard().unsubscribe(reader, "a/1"));
  reader.room = 100;
  system.shard().catch_up(reader);
  CHECK(reader.take() == texts{"a/1 1"});
}

TEST_CASE("subscribing again replaces the options and goes on where it was, unless it says since") {
  topic_system system{{with_history("a", 5)}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  system.publish("a");
  const auto again = system.subscribe(reader, {.topic = "a", .options = {.buffer = 3}});
  CHECK(again->starts[0].offset == 1);
  system.publish("a");
  CHECK(reader.take() == texts{"a 1", "a 2"});
  system.subscribe(reader, {.topic = "a", .since = {first}});
  CHECK(reader.take() == texts{"a 1", "a 2"});
}

TEST_CASE("a subscription to what is not declared, not allowed or one too many is refused") {
  base::limits bounds;
  bounds.max_subscriptions = 2;
  topic_system system{
      {plain("a/*"), {.name = "s", .events = {"e"}, .subscribe_scope = "secret"}}, 1, bounds};
  scripted_subscriber reader;
  CHECK(system.subscribe(reader, {.topic = "b"})->error == "not_found");
  CHECK(system.subscribe(reader, {.topic = "a/"})->error == "invalid_params");
  CHECK(system.subscribe(reader, {.topic = "s"})->error == "forbidden");
  CHECK(system.subscribe(reader, {.topic = "a/1", .options = {.buffer = 1'000'000}})->error ==
        "limit_exceeded");
  CHECK_FALSE(reader.has_subscriptions());
  CHECK(system.subscribe(reader, {.topic = "a/1"})->error.empty());
  CHECK(system.subscribe(reader, {.topic = "a/*"})->error.empty());
  CHECK(system.subscribe(reader, {.topic = "a/3"})->error == "limit_exceeded");
  CHECK(system.subscribe(reader, {.topic = "a/1"})->error.empty());
}

TEST_CASE("a pattern never shows a topic that the subscriber may not see, new ones too") {
  topic_system system{
      {plain("a/open"), {.name = "a/*", .events = {"e"}, .subscribe_scope = "secret"}}};
  scripted_subscriber reader;
  scripted_subscriber chief{{"secret"}};
  const auto answer = system.subscribe(reader, {.topic = "**"});
  system.subscribe(chief, {.topic = "**"});
  CHECK(answer->starts.size() == 1);
  system.publish("a/open");
  system.publish("a/new");
  CHECK(reader.take() == texts{"a/open 1"});
  CHECK(chief.take() == texts{"a/open 1", "a/new 1"});
}

TEST_CASE(
    "a right that is taken closes subscriptions, and one that is given opens what patterns cover") {
  topic_system system{{plain("a"), {.name = "s", .events = {"e"}, .subscribe_scope = "secret"}}};
  scripted_subscriber reader{{"secret"}};
  system.subscribe(reader, {.topic = "s"});
  scripted_subscriber wide{{"secret"}};
  system.subscribe(wide, {.topic = "*"});
  reader.become({});
  wide.become({});
  system.shard().reauthorise(reader);
  system.shard().reauthorise(wide);
  system.publish("s");
  system.publish("a");
  CHECK(reader.take() == texts{"s closed forbidden"});
  CHECK_FALSE(reader.has_subscriptions());
  CHECK(wide.take() == texts{"s closed forbidden", "a 1"});
  wide.become({"secret"});
  system.shard().reauthorise(wide);
  system.publish("s");
  CHECK(wide.take() == texts{"s 2"});
}

TEST_CASE("a subscriber that ends leaves nothing behind, whatever waits for it") {
  topic_system system{{plain("a"), plain("b/*")}, 2};
  {
    scripted_subscriber reader;
    system.subscribe(reader, {.topic = "a"}, 1);
    system.subscribe(reader, {.topic = "b/*"}, 1);
    system.run_all();
    system.subscribe(reader, {.topic = "b/1"}, 1);
  }
  system.run_all();
  CHECK(system.shard(1).topic_count() == 0);
}

TEST_CASE("a request that is cancelled before the topic was joined leaves nothing behind") {
  topic_system system{{plain("a")}, 2};
  scripted_subscriber reader;
  const auto number =
      system.shard(1).subscribe(reader, {.topic = "a"}, [](auto) { FAIL("called"); });
  system.shard(1).cancel(number);
  system.run_all();
  CHECK_FALSE(reader.has_subscriptions());
  CHECK(system.shard(1).topic_count() == 0);
}

TEST_CASE("unsubscribing while the subscription is under way cancels it") {
  topic_system system{{plain("a")}, 2};
  scripted_subscriber reader;
  const auto answer = system.subscribe(reader, {.topic = "a"}, 1);
  CHECK(system.shard(1).unsubscribe(reader, "a"));
  CHECK(answer->error == "request_cancelled");
  system.publish("a");
  system.run_all();
  CHECK(reader.take().empty());
  CHECK_FALSE(system.shard(1).unsubscribe(reader, "a"));
}

TEST_CASE("a subscriber is caught up in turn over its subscriptions") {
  topic_system system{{plain("a"), plain("b")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  system.subscribe(reader, {.topic = "b"});
  reader.room = 0;
  for (int i = 0; i < 3; ++i) system.publish("a");
  for (int i = 0; i < 2; ++i) system.publish("b");
  texts received;
  for (int i = 0; i < 5; ++i) {
    reader.room = 1;
    system.shard().catch_up(reader);
    for (auto& one : reader.take()) received.push_back(std::move(one));
  }
  CHECK(received == texts{"a 1", "b 1", "a 2", "b 2", "a 3"});
}

TEST_CASE("a subscriber gets publications in its own format") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  reader.as = format::msgpack;
  system.subscribe(reader, {.topic = "a"});
  system.publish("a");
  REQUIRE(reader.received.size() == 1);
  CHECK(reader.received[0]->written_as == format::msgpack);
}

TEST_CASE("all subscribers of a format share one message") {
  topic_system system{{plain("a")}};
  scripted_subscriber one;
  scripted_subscriber other;
  system.subscribe(one, {.topic = "a"});
  system.subscribe(other, {.topic = "a"});
  system.publish("a");
  CHECK(one.received.at(0) == other.received.at(0));
}

TEST_CASE("patches follow the whole state, and never bridge a gap or come from behind") {
  topic_system system{{{.name = "m", .events = {"e"}, .is_delta = true}}};
  scripted_subscriber reader;
  scripted_subscriber plain_reader;
  const std::string padding = R"(,"padding":")" + std::string(99, 'x') + "\"}";
  const auto publish = [&](int value) {
    system.publish("m", R"({"value":)" + std::to_string(value) + padding);
  };
  system.subscribe(reader, {.topic = "m", .options = {.buffer = 1, .patches = deltas::taken}});
  system.subscribe(plain_reader, {.topic = "m"});
  publish(1);
  publish(2);
  publish(3);
  CHECK(reader.take() == texts{"m 1", "m 2 delta 1", "m 3 delta 2"});
  CHECK(plain_reader.take() == texts{"m 1", "m 2", "m 3"});
  reader.room = 0;
  publish(4);
  publish(5);
  reader.room = 100;
  system.shard().catch_up(reader);
  publish(6);
  CHECK(reader.take() == texts{"m lagged 4-4", "m 5", "m 6 delta 5"});
}

TEST_CASE("a loss of the store is told before what comes after it") {
  topic_system system{{plain("a")}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  reader.room = 0;
  system.publish("a");
  system.shard().on_lost("a", {"newer", 0});
  reader.room = 100;
  system.shard().catch_up(reader);
  REQUIRE(reader.received.size() == 1);
  CHECK(
      reader.received[0]->bytes ==
      R"({"jsonrpc":"2.0","method":"topic.lagged","params":{"topic":"a","missed":null,"epoch":"newer"}})");
}

}  // namespace sidewire::pubsub
