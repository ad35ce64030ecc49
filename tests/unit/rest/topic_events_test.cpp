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

/// What the stream writes, with the given function.
template <class Write>
std::string written(Write write) {
  base::buffer out;
  write(out);
  return std::string{out.view()};
}

std::string notification(const char* topic, const char* event, const char* params, position where) {
  const pubsub::publication published{
      {topic, event, std::make_shared<const json>(std::string{params}), {}}, std::move(where), {}};
  return published.whole(format::json)->bytes;
}

struct stream_of_one {
  topic_events events{everything_of("logs/a")};
  std::string begin() {
    return written([&](base::buffer& out) { events.write_begin(out, {{"logs/a", "e", 4}}); });
  }
  std::string write(std::string_view text) {
    return written([&](base::buffer& out) { events.write(out, text); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(stream_of_one, "a stream begins with where it is, before any event") {
  CHECK(begin() == "retry: 1000\nid: e:4\n\n");
}

TEST_CASE_FIXTURE(stream_of_one, "a publication is an event with its method, place and params") {
  begin();
  CHECK(write(notification("logs/a", "logs.update", R"({"n":1})", {"e", 5})) ==
        "event: logs.update\nid: e:5\n"
        "data: {\"n\":1,\"_meta\":{\"topic\":\"logs/a\",\"offset\":5}}\n\n");
}

TEST_CASE_FIXTURE(stream_of_one, "line breaks within stored JSON stay on the line of its data") {
  begin();
  CHECK(write(notification("logs/a", "e", "{\"n\":\r\n 1}", {"e", 5}))
            .find("data: {\"n\":   1,\"_meta\"") != std::string::npos);
}

TEST_CASE_FIXTURE(stream_of_one, "a name of the event that needs escapes is told without them") {
  begin();
  CHECK(write(notification("logs/a", "a\"b\\c", "{}", {"e", 5})).starts_with("event: a\"b\\c\n"));
}

TEST_CASE_FIXTURE(stream_of_one, "text that looks like the server's own members is not taken for it") {
  begin();
  const auto text = write(notification(
      "logs/a", "e", R"({"s":"\"_meta\":{\"topic\":\"x\",\"offset\":99}"})", {"e", 5}));
  CHECK(text.find("id: e:5\n") != std::string::npos);
}

TEST_CASE_FIXTURE(stream_of_one, "what was missed is an event, behind which the stream goes on") {
  begin();
  CHECK(write(pubsub::lagged_notice(format::json, "logs/a", 5, 9)->bytes) ==
        "event: topic.lagged\nid: e:9\n"
        "data: {\"topic\":\"logs/a\",\"missed\":5,\"from\":5,\"to\":9}\n\n");
}

TEST_CASE_FIXTURE(stream_of_one, "a stream whose subscription was closed is over") {
  begin();
  CHECK(!events.is_over());
  const auto text =
      write(pubsub::closed_notice(format::json, "logs/a", pubsub::close_reason::slow)->bytes);
  CHECK(text.starts_with("event: topic.closed\n"));
  CHECK(events.is_over());
}

TEST_CASE_FIXTURE(stream_of_one, "after a loss of the store the stream is at the begin of the new one") {
  begin();
  const auto text = write(pubsub::lost_notice(format::json, "logs/a", "f")->bytes);
  CHECK(text.find("id: f:0\n") != std::string::npos);
}

TEST_CASE("a client that missed too much is told so first") {
  pubsub::subscribe_request asked = everything_of("t");
  asked.since = {pubsub::since_point::kind::position, {"e", 4}};
  topic_events events{asked};
  const auto text = written([&](base::buffer& out) {
    events.write_begin(out, {{"t", "e", 7, false, 3}});
  });
  CHECK(text ==
        "retry: 1000\nid: e:7\n\nevent: topic.lagged\nid: e:7\n"
        "data: {\"topic\":\"t\",\"missed\":3,\"from\":5,\"to\":7}\n\n");
}

TEST_CASE("a client of another epoch is told the new one") {
  pubsub::subscribe_request asked = everything_of("t");
  asked.since = {pubsub::since_point::kind::position, {"old", 4}};
  topic_events events{asked};
  const auto text = written([&](base::buffer& out) {
    events.write_begin(out, {{"t", "new", 7, false, 0}});
  });
  CHECK(text.find(R"(data: {"topic":"t","missed":null,"epoch":"new"})") != std::string::npos);
}

TEST_CASE("the id of a stream of several topics says where it is in each") {
  topic_events events{everything_of("logs/*")};
  CHECK(written([&](base::buffer& out) {
          events.write_begin(out, {{"logs/a", "e", 1}, {"logs/b", "e", 2}});
        }).find("id: e:1:logs%2Fa,e:2:logs%2Fb\n") != std::string::npos);
  const auto text = written([&](base::buffer& out) {
    events.write(out, notification("logs/new", "e", "{}", {"f", 1}));
    events.write(out, notification("logs/b", "e", "{}", {"e", 3}));
  });
  CHECK(text.find("id: e:1:logs%2Fa,e:3:logs%2Fb,f:1:logs%2Fnew\n") != std::string::npos);
}

TEST_CASE("an id that was written is read back") {
  CHECK(read_event_id(event_id(position{"a:b", 7})) == position{"a:b", 7});
  const positions several{{"logs/a,b", {"e", 1}}, {"x:y", {"f", 2}}};
  CHECK(read_event_ids(event_id(several)) == several);
  CHECK(event_id(positions{{"x", {"", 1}}}).empty());
}

TEST_CASE("an id of too many topics is not written") {
  positions many;
  for (int number = 0; number != 400; ++number) {
    many[std::to_string(number)] = {"an epoch", 1};
  }
  CHECK(event_id(many).empty());
}

}  // namespace sidewire::rest
