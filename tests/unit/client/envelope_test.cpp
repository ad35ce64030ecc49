#include "client/envelope.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

using namespace std::string_view_literals;
using sidewire::error_kind;
using sidewire::format;
using sidewire::client::carried_bytes;
using sidewire::client::envelope;
using sidewire::client::envelope_bytes;
using sidewire::client::outgoing_message;
using sidewire::client::read_envelope;
using sidewire::client::shared_message;
using sidewire::client::write_envelope;

namespace {

shared_message message(std::string_view text, format written_as = format::json) {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = written_as;
  made->text.append(text);
  return made;
}

}  // namespace

TEST_CASE("an envelope names its first number, its messages and what was received") {
  CHECK(write_envelope({.first = 7, .messages = {message("{}"), message("[1]")}, .received = 9}) ==
        R"({"first":7,"messages":[{},[1]],"received":9})");
}

TEST_CASE("an envelope with nothing counted has no first number") {
  CHECK(write_envelope({.messages = {message("{}")}, .received = 1}) ==
        R"({"messages":[{}],"received":1})");
}

TEST_CASE("an acknowledgement is an envelope by itself") {
  CHECK(write_envelope({.received = 3}) == R"({"received":3})");
}

TEST_CASE("MessagePack travels in an envelope as base64") {
  CHECK(write_envelope({.first = 1, .messages = {message("\x80", format::msgpack)}}) ==
        R"({"first":1,"messages":["gA=="],"received":0})");
}

TEST_CASE("what a message adds to an envelope is told beforehand") {
  constexpr std::uint64_t most = 18446744073709551615U;
  for (const auto& one : {message("{\"a\":1}"), message("1234567", format::msgpack)}) {
    CHECK(write_envelope({.first = most, .messages = {one, one}, .received = most}).size() <=
          envelope_bytes + 2 * carried_bytes(*one));
  }
}

TEST_CASE("what comes in an envelope is ready to be read") {
  const auto came = read_envelope(R"({"first":4,"messages":[{"a": 1.0},"gA=="],"received":2})");
  REQUIRE(came);
  CHECK(came->first == 4U);
  CHECK(came->received == 2U);
  REQUIRE(came->messages.size() == 2);
  CHECK(came->messages[0].text.view() == R"({"a": 1.0})");
  CHECK(came->messages[0].written_as == format::json);
  CHECK(came->messages[1].text.view() == "\x80"sv);
  CHECK(came->messages[1].written_as == format::msgpack);
}

TEST_CASE("an empty envelope has nothing") {
  const auto came = read_envelope("{}");
  REQUIRE(came);
  CHECK(came->messages.empty());
  CHECK_FALSE(came->first);
  CHECK_FALSE(came->received);
}

TEST_CASE("what is no envelope is told so") {
  for (const char* text :
       {"", "[]", "<html>", R"({"messages":{}})", R"({"messages":["!"]})", R"({"received":-1})"}) {
    CAPTURE(text);
    const auto came = read_envelope(text);
    REQUIRE_FALSE(came);
    CHECK(came.error().kind() == error_kind::parse_error);
  }
}
