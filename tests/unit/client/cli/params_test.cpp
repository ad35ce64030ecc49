#include "client/cli/params.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using sidewire::error;
using sidewire::error_kind;
using sidewire::result;
using sidewire::cli::read_params;

namespace {

result<std::string> read_file(const std::string& path) {
  if (path == "-") return std::string{" {\"from\": \"stdin\"}\n"};
  if (path == "params.json") return std::string{"[1,\n 2]\n"};
  if (path == "broken.json") return std::string{"{\"a\": 1,\n \"b\" 2}"};
  if (path == "note.txt") return std::string{"a \"note\"\n"};
  return error{error_kind::invalid_params, "cannot read " + path};
}

/// The params' text, or "error: …".
std::string read(const std::vector<std::string>& arguments) {
  const auto params = read_params(arguments, read_file);
  if (!params) return "error: " + params.error().message();
  return *params ? (*params)->text() : "none";
}

bool fails(const std::vector<std::string>& arguments, std::string_view because) {
  const std::string outcome = read(arguments);
  CAPTURE(outcome);
  CHECK(outcome.starts_with("error: "));
  return outcome.find(because) != std::string::npos;
}

}  // namespace

TEST_CASE("without arguments there are no params") {
  CHECK(read({}) == "none");
}

TEST_CASE("params in JSON stay as they were written") {
  CHECK(read({R"({"a": 18446744073709551615, "b": 1.10})"}) ==
        R"({"a": 18446744073709551615, "b": 1.10})");
  CHECK(read({" [1, 2] "}) == "[1, 2]");
}

TEST_CASE("params come from a file or from standard input") {
  CHECK(read({"@params.json"}) == "[1,\n 2]");
  CHECK(read({"-"}) == R"({"from": "stdin"})");
  CHECK(fails({"@none"}, "cannot read none"));
}

TEST_CASE("pairs make an object, with values that look like JSON as such") {
  CHECK(read({"service=dpkg", "lines=20", "all=true", "none=null"}) ==
        R"({"service":"dpkg","lines":20,"all":true,"none":null})");
  CHECK(read({"n=18446744073709551615", "x=-1.50"}) == R"({"n":18446744073709551615,"x":-1.50})");
  CHECK(read({R"(list=[1, 2])", R"(text="5")"}) == R"({"list":[1, 2],"text":"5"})");
  CHECK(read({"empty=", "url=http://a/?b=c"}) == R"({"empty":"","url":"http://a/?b=c"})");
}

TEST_CASE("what only begins like a number is text") {
  CHECK(read({"since=2024-01-01", "range=24h", "dash=-"}) ==
        R"({"since":"2024-01-01","range":"24h","dash":"-"})");
}

TEST_CASE("two equal signs make text of anything") {
  CHECK(read({"a==5", "b==[x", "c===="}) == R"({"a":"5","b":"[x","c":"=="})");
}

TEST_CASE("a value comes from a file") {
  CHECK(read({"text=@note.txt"}) == R"({"text":"a \"note\"\n"})");
  CHECK(fails({"text=@none"}, "cannot read none"));
}

TEST_CASE("params that are no JSON are refused with line and column") {
  CHECK(fails({"{a: 1}"}, "line 1, column 2: a name in double quotes is missing"));
  CHECK(
      fails({"@broken.json"}, "broken.json is no valid JSON: line 2, column 6: a ':' is missing"));
  CHECK(fails({"list=[1,]"}, "a value is missing after the ','; for text write list==…"));
}

TEST_CASE("a number beyond 64 bits is refused, since it could not arrive") {
  CHECK(fails({"[18446744073709551616]"}, "is no valid JSON"));
}

TEST_CASE("params that are neither object nor array are refused") {
  CHECK(fails({"5"}, "neither JSON"));
  CHECK(fails({"text"}, "neither JSON"));
  CHECK(fails({"=5"}, "neither JSON"));
  CHECK(fails({"a=1", "a=2"}, "a is there twice"));
  CHECK(fails({"[1]", "a=2"}, "not both"));
  CHECK(fails({"a=\xFF"}, "no UTF-8"));
}
