#include "client/cli/recording.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace sidewire::cli;
using namespace std::chrono_literals;

namespace {

std::string line(std::string_view message, int caller = 1, std::string_view direction = "in",
                 std::string_view time = "2026-01-01T00:00:00.000Z") {
  return "{\"time\":\"" + std::string{time} + "\",\"caller\":" + std::to_string(caller) +
         ",\"direction\":\"" + std::string{direction} +
         "\",\"format\":\"json\",\"message\":" + std::string{message} + "}\n";
}

sidewire::result<recording> read(const std::string& lines) {
  std::istringstream text{lines};
  return read_recording(text);
}

}  // namespace

TEST_CASE("a recording's calls come in their order, with what they were answered") {
  const auto made =
      read("{\"event\":\"recording\",\"version\":\"1\",\"time\":\"2026-01-01T00:00:00.000Z\"}\n" +
           line(R"({"id":1,"method":"a","params":{"x": 1.0}})") +
           line(R"({"id":1,"method":"b"})", 2, "in", "2026-01-01T00:00:01.250Z") +
           line(R"({"method":"c","params":[2]})") + line(R"({"id":1,"result":null})", 2, "out") +
           line(R"({"id":1,"error":{"code":-32601,"message":"no"}})", 1, "out"));
  REQUIRE(made);
  REQUIRE(made->calls.size() == 3);
  CHECK(made->calls[0].method == "a");
  CHECK(made->calls[0].params->text() == R"({"x": 1.0})");
  CHECK_FALSE(made->calls[0].outcome->value);
  CHECK(made->calls[0].outcome->code == -32601);
  CHECK(made->calls[1].at == 1250ms);
  CHECK(made->calls[2].is_notification);
  CHECK_FALSE(made->calls[2].outcome);
}

TEST_CASE("a call without an answer in the recording has no outcome") {
  const auto made =
      read(line(R"({"id":1,"method":"a"})") + line(R"({"id":2,"result":1})", 1, "out"));
  REQUIRE(made);
  REQUIRE(made->calls.size() == 1);
  CHECK_FALSE(made->calls[0].outcome);
}

TEST_CASE("a call that came as no message has a null id, and is no notification") {
  const auto made =
      read(line(R"({"id":null,"method":"a"})") + line(R"({"id":null,"result":7})", 1, "out"));
  REQUIRE(made);
  REQUIRE(made->calls.size() == 1);
  CHECK_FALSE(made->calls[0].is_notification);
  REQUIRE(made->calls[0].outcome);
  CHECK(made->calls[0].outcome->value->text() == "7");
}

TEST_CASE("what cannot be said again is left out and counted") {
  const auto made = read(line(R"({"id":1,"method":"auth.authenticate","params":"[redacted]"})") +
                         line(R"({"id":2,"method":"topic.subscribe","params":{"topic":"a"}})") +
                         line(R"({"method":"$/cancelRequest","params":{"id":2}})") +
                         line(R"({"id":3,"method":"a","params":{"token":"[redacted]"}})") +
                         line(R"({"id":9,"result":true})"));
  REQUIRE(made);
  CHECK(made->calls.empty());
  CHECK(made->left_out_count == 4);
}

TEST_CASE("the calls of a batch are calls") {
  const auto made = read(line(R"([{"id":1,"method":"a"},{"method":"b"},7])") +
                         line(R"([{"id":1,"result":1}])", 1, "out"));
  REQUIRE(made);
  REQUIRE(made->calls.size() == 2);
  CHECK(made->calls[0].outcome->value->text() == "1");
}

TEST_CASE("what is no recording is refused with its line") {
  const auto made = read(line(R"({"id":1,"method":"a"})") + "{\"level\":\"info\"}\n");
  REQUIRE_FALSE(made);
  CHECK(made.error().message() == "line 2 is no line of a recording");
}
