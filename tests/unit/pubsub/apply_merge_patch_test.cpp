#include <doctest/doctest.h>

#include <string_view>

#include "pubsub/merge_patch.hpp"

using sidewire::format;
using sidewire::json_view;
using sidewire::pubsub::apply_merge_patch;
using sidewire::pubsub::merge_patch;

namespace {

json_view text(std::string_view written) {
  return {written, format::json};
}

std::string patched(std::string_view from, std::string_view patch) {
  return apply_merge_patch(text(from), text(patch)).text();
}

}  // namespace

TEST_CASE("a merge patch is applied as RFC 7396 has it") {
  CHECK(patched(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(patched(R"({"a":"b"})", R"({"b":"c"})") == R"({"a":"b","b":"c"})");
  CHECK(patched(R"({"a":"b"})", R"({"a":null})") == "{}");
  CHECK(patched(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  CHECK(patched(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(patched(R"({"a":"c"})", R"({"a":["b"]})") == R"({"a":["b"]})");
  CHECK(patched(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  CHECK(patched(R"({"a":[{"b":"c"}]})", R"({"a":[1]})") == R"({"a":[1]})");
  CHECK(patched(R"({"e":null})", R"({"a":1})") == R"({"e":null,"a":1})");
  CHECK(patched(R"({})", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
  CHECK(patched(R"(["a","b"])", R"({"c":1})") == R"({"c":1})");
  CHECK(patched(R"({"a":"foo"})", R"("bar")") == R"("bar")");
}

TEST_CASE("of a name that stands twice the last counts in a patch, and one is left of it") {
  CHECK(patched(R"({"a":1,"a":2})", R"({"a":3,"a":4})") == R"({"a":4})");
  CHECK(patched(R"({"a":1})", R"({"b":3,"b":null})") == R"({"a":1})");
}

TEST_CASE("values that are not touched stay as they were written") {
  CHECK(patched(R"({"n": 1.10, "s": "é\u0041"})", R"({"x":[1, 2]})") ==
        R"({"n":1.10,"s":"é\u0041","x":[1, 2]})");
}

TEST_CASE("what a patch was made of comes back from it") {
  const std::string_view from = R"({"cpu":[1,2],"disk":{"a":{"used":1},"b":{"used":2}},"n":1})";
  const std::string_view to = R"({"cpu":[1,3],"disk":{"b":{"used":5,"free":[]},"c":{}},"n":1})";
  const auto patch = merge_patch(text(from), text(to));
  REQUIRE(patch);
  CHECK(apply_merge_patch(text(from), *patch).text() ==
        R"({"cpu":[1,3],"disk":{"b":{"used":5,"free":[]},"c":{}},"n":1})");
}
