#include "client/event_stream_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;
using sidewire::error_kind;
using sidewire::client::event_stream_parser;
using sidewire::client::stream_event;
using texts = std::vector<std::string>;

namespace {

constexpr std::size_t plenty = 1000;

std::string shown(const stream_event& event) {
  std::string text = std::string{event.type} + '|' + std::string{event.data};
  if (event.id) text.append("|").append(*event.id);
  return text;
}

/// The events of a stream that comes in chunks of so many bytes.
texts events_of(std::string_view stream, std::size_t chunk_bytes) {
  texts seen;
  event_stream_parser parser{plenty,
                             [&seen](const stream_event& event) { seen.push_back(shown(event)); }};
  for (std::size_t at = 0; at < stream.size(); at += chunk_bytes) {
    CHECK(parser.take(stream.substr(at, chunk_bytes)));
  }
  return seen;
}

void check_events(std::string_view stream, const texts& expected) {
  for (std::size_t chunk_bytes = 1; chunk_bytes <= stream.size(); ++chunk_bytes) {
    CAPTURE(chunk_bytes);
    CHECK(events_of(stream, chunk_bytes) == expected);
  }
}

}  // namespace

TEST_CASE("an event ends with an empty line, whatever ends the lines") {
  check_events("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\r",
               {"message|a", "message|b", "message|c", "message|d"});
}

TEST_CASE("an event has a type, a number and several lines of data") {
  check_events("event: msgpack\nid: 41\ndata: one\ndata:two\ndata\n\n", {"msgpack|one\ntwo\n|41"});
}

TEST_CASE("a type and a number hold for one event alone") {
  check_events("event: x\nid: 1\ndata: a\n\ndata: b\n\n", {"x|a|1", "message|b"});
}

TEST_CASE("one space after the colon is left out, and no more") {
  check_events("data:  a \n\ndata:b\n\n", {"message| a ", "message|b"});
}

TEST_CASE("comments, unknown fields and events without data bring nothing") {
  check_events(": a comment\n\nretry: 10\nwhat: ever\nevent: x\n\n:data: a\nid: 3\n\ndata: z\n\n",
               {"message|z"});
}

TEST_CASE("an event with an empty line of data is one") {
  check_events("data:\n\n", {"message|"});
}

TEST_CASE("a number with a zero byte is passed over") {
  check_events("id: 1\0002\ndata: a\n\n"sv, {"message|a"});
}

TEST_CASE("a byte order mark is passed over at the beginning alone") {
  check_events(
      "\xEF\xBB\xBF"
      "data: a\n\n",
      {"message|a"});
  check_events(
      "\n\xEF\xBB\xBF"
      "data: a\n\n",
      {});
}

TEST_CASE("an event that the stream cuts off is none") {
  check_events("data: a\n\ndata: b\n", {"message|a"});
}

TEST_CASE("an event beyond the bound ends the stream") {
  for (const std::string_view stream : {"data: 12345\ndata: 67890\n\n"sv, ":1234567890123456"sv}) {
    event_stream_parser parser{15, [](const stream_event&) {}};
    const auto taken = parser.take(stream);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().kind() == error_kind::response_too_large);
  }
}

TEST_CASE("events up to the bound come one after the other") {
  int count = 0;
  event_stream_parser parser{15, [&count](const stream_event&) { ++count; }};
  for (int made = 0; made < 10; ++made) CHECK(parser.take("data: 123456\n\n"));
  CHECK(count == 10);
}
