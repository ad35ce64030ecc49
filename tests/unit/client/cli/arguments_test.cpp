#include "client/cli/arguments.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using sidewire::client_transport;
using sidewire::format;
using sidewire::cli::arguments;
using sidewire::cli::command;
using sidewire::cli::output_style;
using sidewire::cli::parse_arguments;
using sidewire::cli::usage_answer;

namespace {

std::variant<arguments, usage_answer> parse(std::vector<const char*> values) {
  values.insert(values.begin(), "sidewire-cli");
  return parse_arguments(static_cast<int>(values.size()), values.data());
}

arguments parsed(std::vector<const char*> values) {
  auto outcome = parse(std::move(values));
  if (const auto* answer = std::get_if<usage_answer>(&outcome)) FAIL(answer->text);
  return std::get<arguments>(outcome);
}

}  // namespace

TEST_CASE("a call has a method and any params, brackets and dashes included") {
  const auto given = parsed({"call", "a.b", "[1,2]"});
  CHECK(given.what == command::call);
  CHECK(given.method == "a.b");
  CHECK(given.params == std::vector<std::string>{"[1,2]"});
  CHECK(parsed({"call", "a", "-"}).params == std::vector<std::string>{"-"});
  CHECK(parsed({"call", "a", "x=-1", "y=[1,2]"}).params ==
        std::vector<std::string>{"x=-1", "y=[1,2]"});
  CHECK(parsed({"call", "a", R"({"b": "c d"})"}).params ==
        std::vector<std::string>{R"({"b": "c d"})"});
}

TEST_CASE("options stand before the command or behind it") {
  for (const arguments& given :
       {parsed({"-u", "http://x", "-t", "post", "-f", "msgpack", "--timeout", "0.5", "call", "a"}),
        parsed({"call", "a", "--url=http://x", "--transport", "POST", "--format", "msgpack",
                "--timeout=0.5"})}) {
    CHECK(given.url == "http://x");
    CHECK(given.transport == client_transport::post);
    CHECK(given.written_as == format::msgpack);
    CHECK(given.timeout == 500ms);
  }
}

TEST_CASE("what is not said has its default") {
  const auto given = parsed({"ping"});
  CHECK(given.what == command::ping);
  CHECK(given.ping_count == 10);
  CHECK(given.transport == client_transport::automatic);
  CHECK(given.written_as == format::json);
  CHECK(given.output == output_style::automatic);
  CHECK_FALSE(given.timeout);
}

TEST_CASE("output styles") {
  CHECK(parsed({"discover", "--raw"}).output == output_style::raw);
  CHECK(parsed({"discover", "-o", "table"}).output == output_style::readable);
  CHECK(parsed({"discover", "system.echo"}).method == "system.echo");
}

TEST_CASE("wrong command lines are usage errors with a text") {
  for (const std::vector<const char*>& values :
       std::vector<std::vector<const char*>>{{},
                                             {"call"},
                                             {"shout"},
                                             {"call", "a", "--token", "secret"},
                                             {"ping", "--count", "0"},
                                             {"ping", "--timeout", "-1"},
                                             {"ping", "--transport", "carrier-pigeon"},
                                             {"call", "a", "--notify", "--stream"}}) {
    const auto outcome = parse(values);
    const auto* answer = std::get_if<usage_answer>(&outcome);
    REQUIRE(answer != nullptr);
    CHECK(answer->exit_status == 2);
    CHECK_FALSE(answer->text.empty());
  }
}

TEST_CASE("help and version are answers, not failures") {
  for (const char* asked : {"--help", "--version"}) {
    const auto outcome = parse({asked});
    const auto* answer = std::get_if<usage_answer>(&outcome);
    REQUIRE(answer != nullptr);
    CHECK(answer->exit_status == 0);
    CHECK(answer->text.find("sidewire-cli") != std::string::npos);
  }
}
