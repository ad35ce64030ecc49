#include "server/traffic_line.hpp"

#include <doctest/doctest.h>

#include "codec/encode.hpp"
#include "tests/unit/server/contains.hpp"

using namespace sidewire::server;
using sidewire::format;
using sidewire::json;
using sidewire::json_view;
using sidewire::test::contains;

namespace {

std::string line_of(std::string text, format as = format::json) {
  text.reserve(text.size() + sidewire::base::buffer::padding);
  traffic_lines lines;
  sidewire::base::buffer out;
  lines.append(out, {.time = {},
                     .caller = 3,
                     .direction = sidewire::rpc::recorded_direction::out,
                     .written_as = as,
                     .text = std::move(text)});
  return std::string{out.view()};
}

}  // namespace

TEST_CASE("a recorded message is a line of JSON with its time, caller and direction") {
  CHECK(line_of("{\"id\": 1.50,\n \"result\": [1, {}]}") ==
        R"({"time":"1970-01-01T00:00:00.000Z","caller":3,"direction":"out","format":"json",)"
        "\"message\":{\"id\":1.50,\"result\":[1,{}]}}\n");
}

TEST_CASE("a recorded message in MessagePack becomes JSON") {
  sidewire::base::buffer packed;
  sidewire::codec::encode(packed, format::msgpack,
                          json_view{R"({"token":"t","n":1})", format::json});
  const std::string line = line_of(std::string{packed.view()}, format::msgpack);
  CHECK(contains(line, R"("format":"msgpack","message":{"token":"[redacted]","n":1})"));
}

TEST_CASE("what is no message is told by its size") {
  CHECK(contains(line_of("{secret"), R"("format":"json","unreadableBytes":7})"));
  CHECK(contains(line_of("\xC1", format::msgpack), R"("format":"msgpack","unreadableBytes":1})"));
}

TEST_CASE("texts under the names of secrets are redacted at any depth") {
  for (const char* name : {"token", "resumeToken", "access_token", "password", "client-secret",
                           "Authorization", "apiKey", "API_KEY", "cookies", "credentials"}) {
    CAPTURE(name);
    const std::string line =
        line_of(R"({"result":[{")" + std::string{name} + R"(":"hunter2","b":[{"c":"d"}]}]})");
    CHECK_FALSE(contains(line, "hunter2"));
    CHECK(contains(line, R"("b":[{"c":"d"}])"));
  }
}

TEST_CASE("numbers and ids are no secrets") {
  const std::string_view message =
      R"({"params":{"tokens":17,"progressToken":"p","key":"k","_meta":{"progressToken":"q"}}})";
  CHECK(contains(line_of(std::string{message}), message));
}

TEST_CASE("of authentication all params are redacted, by position too") {
  const std::string line = line_of(
      R"([{"id":1,"method":"auth.authenticate","params":["hunter2"]},{"id":2,"method":"a.b","params":["c"]}])");
  CHECK_FALSE(contains(line, "hunter2"));
  CHECK(contains(line, R"("method":"auth.authenticate","params":"[redacted]")"));
  CHECK(contains(line, R"("params":["c"])"));
}
