#include "transports/http/event_writer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sidewire::http::test {
namespace {

std::string event(std::string_view type, std::string_view id, std::string_view data) {
  base::buffer out;
  write_event(out, type, id, data);
  return std::string{out.view()};
}

TEST_CASE("an event has a type, an id and data where they are given") {
  CHECK(event("", "", "{}") == "data: {}\n\n");
  CHECK(event("tick", "e:1", "{}") == "event: tick\nid: e:1\ndata: {}\n\n");
  CHECK(event("", "", "") == "data: \n\n");
}

TEST_CASE("each line end within data begins a line of data, whichever it is") {
  CHECK(event("", "", "1\n2") == "data: 1\ndata: 2\n\n");
  CHECK(event("", "", "1\r2") == "data: 1\ndata: 2\n\n");
  CHECK(event("", "", "1\r\n2") == "data: 1\ndata: 2\n\n");
  CHECK(event("", "", "1\n\r2\n") == "data: 1\ndata: \ndata: 2\ndata: \n\n");
}

TEST_CASE("a message in MessagePack is base64 in an event of its own type") {
  base::buffer out;
  write_message_event(out, 7, format::msgpack, std::string_view{"\x81\xa1", 2});
  CHECK(out.view() == "event: msgpack\nid: 7\ndata: gaE=\n\n");
}

TEST_CASE("a stream begins with more bytes than proxies hold back") {
  base::buffer out;
  write_stream_begin(out);
  CHECK(out.size() > 2048);
  CHECK(out.view().starts_with(":"));
  CHECK(out.view().ends_with("\nretry: 1000\n\n"));
}

}  // namespace
}  // namespace sidewire::http::test
