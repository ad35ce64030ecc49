#include "rest/topic_events.hpp"

#include <doctest/doctest.h>

#include "pubsub/notices.hpp"
#include "pubsub/publication.hpp"

namespace sidewire::rest {
namespace {

using pubsub::position;

pubsub::subscribe_request everything_of(std::string topic) {
  return {.topic = std::move(topic)};
}

std::string notification(const char* topic, const char* event, const char* params, position where) {
  const pubsub::publication published{
      {topic, event, std::make_shared<const json>(std::string{params}), {}}, std::move(where), {}};
  return published.whole(format::json)->bytes;
}

struct stream_of_one {
  stream_of_one() { events.begin({{"logs/a", "e", 4}}); }
  topic_events events{everything_of("logs/a")};
};

}  // namespace

TEST_CASE_FIXTURE(stream_of_one, "a stream says where it is before any event") {
  CHECK(events.id() == "e:4");
}

TEST_CASE_FIXTURE(stream_of_one, "a publication is an event with its method, place and params") {
  const auto text = notification("logs/a", "logs.update", R"({"n":1})", {"e", 5});
  const topic_event event = events.next(text);
  CHECK(event.type == "logs.update");
  CHECK(event.id == "e:5");
  CHECK(event.data == R"({"n":1,"_meta":{"topic":"logs/a","offset":5}})");
}

TEST_CASE_FIXTURE(stream_of_one, "the first publication of an epoch names it") {
  CHECK(events.next(notification("logs/a", "e", "{}", {"f", 1})).id == "f:1");
}

TEST_CASE_FIXTURE(stream_of_one, "an event's name that needs escapes is told without them") {
  CHECK(events.next(notification("logs/a", "a\"b\\c", "{}", {"e", 5})).type == "a\"b\\c");
}

TEST_CASE_FIXTURE(stream_of_one,
                  "text that looks like the server's members is not taken for them") {
  const auto text =
      notification("logs/a", "e", R"({"s":"\"_meta\":{\"topic\":\"x\",\"offset\":99}"})", {"e", 5});
  CHECK(events.next(text).id == "e:5");
}

TEST_CASE_FIXTURE(stream_of_one, "what was missed is an event, behind which the stream goes on") {
  const auto notice = pubsub::lagged_notice(format::json, "logs/a", 5, 9);
  const topic_event event = events.next(notice->bytes);
  CHECK(event.type == "topic.lagged");
  CHECK(event.id == "e:9");
  CHECK(event.data == R"({"topic":"logs/a","missed":5,"from":5,"to":9})");
}

TEST_CASE_FIXTURE(stream_of_one, "a stream whose subscription was closed is over") {
  CHECK(!events.is_over());
  const auto notice = pubsub::closed_notice(format::json, "logs/a", pubsub::close_reason::slow);
  CHECK(events.next(notice->bytes).type == "topic.closed");
  CHECK(events.is_over());
}

TEST_CASE_FIXTURE(stream_of_one,
                  "after a loss of the store a stream is at the begin of the new one") {
  const auto notice = pubsub::lost_notice(format::json, "logs/a", "f");
  CHECK(events.next(notice->bytes).id == "f:0");
}

TEST_CASE("a client that missed too much is told so first") {
  pubsub::subscribe_request asked = everything_of("t");
  asked.since = {pubsub::since_point::kind::position, {"e", 4}};
  topic_events events{asked};
  const auto notices = events.begin({{"t", "e", 7, false, 3}});
  CHECK(events.id() == "e:7");
  REQUIRE(notices.size() == 1);
  CHECK(events.next(notices[0]->bytes).data == R"({"topic":"t","missed":3,"from":5,"to":7})");
  CHECK(events.id() == "e:7");
}

TEST_CASE("a client of another epoch is told the new one") {
  pubsub::subscribe_request asked = everything_of("t");
  asked.since = {pubsub::since_point::kind::position, {"old", 4}};
  topic_events events{asked};
  const auto notices = events.begin({{"t", "new", 7, false, 0}});
  REQUIRE(notices.size() == 1);
  CHECK(events.next(notices[0]->bytes).data == R"({"topic":"t","missed":null,"epoch":"new"})");
}

TEST_CASE("the id of a stream of several topics says where it is in each") {
  topic_events events{everything_of("logs/*")};
  events.begin({{"logs/a", "e", 1}, {"logs/b", "e", 2}});
  CHECK(events.id() == "e:1:logs%2Fa,e:2:logs%2Fb");
  events.next(notification("logs/new", "e", "{}", {"f", 1}));
  const auto text = notification("logs/b", "e", "{}", {"e", 3});
  CHECK(events.next(text).id == "e:1:logs%2Fa,e:3:logs%2Fb,f:1:logs%2Fnew");
}

TEST_CASE("an id that was written is read back") {
  CHECK(read_event_id(event_id(position{"a:b", 7})) == position{"a:b", 7});
  const positions several{{"logs/a,b", {"e", 1}}, {"x:y", {"f", 2}}};
  CHECK(read_event_ids(event_id(several)) == several);
  CHECK(event_id(positions{{"x", {"", 1}}}).empty());
}

TEST_CASE("an id of too many topics is not written") {
  positions many;
  for (int number = 0; number != 400; ++number) many[std::to_string(number)] = {"an epoch", 1};
  CHECK(event_id(many).empty());
}

}  // namespace sidewire::rest
