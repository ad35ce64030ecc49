#include "pubsub/exchange.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/pubsub/pubsub_support.hpp"

namespace sidewire::pubsub {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

topic_options limited(conflation conflate) {
  return {.name = "a", .events = {"e"}, .rate = {.min_interval = 100ms, .conflate = conflate}};
}

struct reading {
  int value = 0;
};
BOOST_DESCRIBE_STRUCT(reading, (), (value))

struct blob {
  bytes data;
};
BOOST_DESCRIBE_STRUCT(blob, (), (data))

}  // namespace

TEST_CASE("a rate with latest lets the first through and then the newest of each key") {
  topic_system system{{limited(conflation::latest)}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  const auto first = system.publish("a", R"({"n":1})");
  const auto replaced = system.publish("a", R"({"n":2})", "x");
  const auto other = system.publish("a", R"({"n":3})", "y");
  const auto newest = system.publish("a", R"({"n":4})", "x");
  CHECK(first->offset == 1);
  CHECK(reader.take() == texts{"a 1"});
  system.pass(99ms);
  CHECK(reader.received.empty());
  system.pass(1ms);
  REQUIRE(reader.received.size() == 2);
  CHECK(number_in(reader.received[0]->bytes, "n") == 4);
  CHECK(number_in(reader.received[1]->bytes, "n") == 3);
  // Who was replaced hears of the publication that stands for its own.
  CHECK(replaced->offset == 2);
  CHECK(newest->offset == 2);
  CHECK(other->offset == 3);
}

TEST_CASE("a rate with batch loses nothing and keeps the order") {
  topic_system system{{limited(conflation::batch)}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  for (int i = 0; i < 4; ++i) system.publish("a");
  CHECK(reader.take() == texts{"a 1"});
  system.pass(100ms);
  CHECK(reader.take() == texts{"a 2", "a 3", "a 4"});
  system.publish("a");
  CHECK(reader.take().empty());
  system.pass(100ms);
  system.pass(100ms);
  system.publish("a");
  CHECK(reader.take() == texts{"a 5", "a 6"});
}

TEST_CASE("a batch that reaches its bound goes at once") {
  base::limits bounds;
  bounds.max_waiting_publications = 3;
  topic_system system{{limited(conflation::batch)}, 1, bounds};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  for (int i = 0; i < 4; ++i) system.publish("a");
  CHECK(reader.take().size() == 4);
}

TEST_CASE("demand begins with the first subscriber of all shards and ends with the last") {
  topic_system system{{{.name = "a", .events = {"e"}}, {.name = "b/*", .events = {"e"}}}, 2};
  texts told;
  system.publisher().on_demand("**", [&](const std::string& topic, demand changed) {
    told.push_back(topic + (changed == demand::begun ? " begun" : " ended"));
  });
  {
    scripted_subscriber one;
    scripted_subscriber other;
    system.subscribe(one, {.topic = "a"});
    system.subscribe(other, {.topic = "a"}, 1);
    system.run_all();
    CHECK(system.shard(0).unsubscribe(one, "a"));
    system.subscribe(one, {.topic = "b/1"});
    system.run_all();
    CHECK(told == texts{"a begun", "b/1 begun"});
  }
  system.run_all();
  std::ranges::sort(told);
  CHECK(told == texts{"a begun", "a ended", "b/1 begun", "b/1 ended"});
}

TEST_CASE("one who watches the demand and throws harms nobody") {
  topic_system system{{{.name = "a", .events = {"e"}}}};
  system.publisher().on_demand("a", [](auto&, demand) { throw std::runtime_error{"no"}; });
  scripted_subscriber reader;
  CHECK(system.subscribe(reader, {.topic = "a"})->error.empty());
}

TEST_CASE("a program's own publications arrive in order, from before the first of them is taken") {
  topic_system system{{{.name = "a", .events = {"e"}}}};
  scripted_subscriber reader;
  system.subscribe(reader, {.topic = "a"});
  CHECK(system.publisher().publish("a", "e", reading{1}));
  CHECK(system.publisher().publish("a", "e", json{R"({"value":2})"}));
  system.run_all();
  REQUIRE(reader.received.size() == 2);
  CHECK(number_in(reader.received[0]->bytes, "value") == 1);
  CHECK(number_in(reader.received[1]->bytes, "value") == 2);
}

TEST_CASE("a program that publishes what is not declared or no object is told so") {
  topic_system system{{{.name = "a", .events = {"e"}}, {.name = "b/*", .events = {"e"}}}};
  topics& own = system.publisher();
  CHECK_THROWS_AS(own.publish("c", "e", reading{}), std::invalid_argument);
  CHECK_THROWS_AS(own.publish("b/*", "e", reading{}), std::invalid_argument);
  CHECK_THROWS_AS(own.publish("a", "f", reading{}), std::invalid_argument);
  CHECK_THROWS_AS(own.publish("a", "e", 7), std::invalid_argument);
  CHECK_THROWS_AS(own.on_demand("", {}), std::invalid_argument);
}

TEST_CASE("what a program publishes waits until something serves") {
  topics own;
  own.add({.name = "a", .events = {"e"}});
  CHECK(own.publish("a", "e", reading{}));
  CHECK(own.publish("a", "e", reading{}));
  intake& entry = own.internals().entry;
  int woken = 0;
  entry.open(1000, [&] { ++woken; });
  CHECK(woken == 1);
  CHECK(entry.take().size() == 2);
  entry.close();
  CHECK_FALSE(own.publish("a", "e", reading{}));
}

TEST_CASE("a program's publications are refused beyond the bound") {
  base::limits bounds;
  bounds.max_waiting_publish_bytes = 30;
  topic_system system{{{.name = "a", .events = {"e"}}}, 1, bounds};
  CHECK(system.publisher().publish("a", "e", reading{}));
  CHECK(system.publisher().publish("a", "e", reading{}));
  CHECK_FALSE(system.publisher().publish("a", "e", reading{}));
  system.run_all();
  CHECK(system.publisher().publish("a", "e", reading{}));
}

TEST_CASE("bytes of a publication stay bytes in MessagePack and are base64 in JSON") {
  topic_system system{{{.name = "a", .events = {"e"}}}};
  scripted_subscriber text;
  scripted_subscriber packed;
  packed.as = format::msgpack;
  system.subscribe(text, {.topic = "a"});
  system.subscribe(packed, {.topic = "a"});
  system.publisher().publish("a", "e", blob{{"\x01\xFF"}});
  system.run_all();
  CHECK(text_in(text.received.at(0)->bytes, "data") == "Af8=");
  CHECK(packed.received.at(0)->bytes.find("\xC4\x02\x01\xFF") != std::string::npos);
}

TEST_CASE("topics are bounded in number, those that nobody wants any more not counted") {
  base::limits bounds;
  bounds.max_topics = 2;
  topic_system system{{{.name = "b/*", .events = {"e"}}}, 1, bounds};
  scripted_subscriber reader;
  system.publish("b/1");
  CHECK(system.subscribe(reader, {.topic = "b/2"})->error.empty());
  CHECK(system.subscribe(reader, {.topic = "b/3"})->error == "limit_exceeded");
  CHECK(system.shard().unsubscribe(reader, "b/2"));
  CHECK(system.subscribe(reader, {.topic = "b/3"})->error.empty());
}

}  // namespace sidewire::pubsub
