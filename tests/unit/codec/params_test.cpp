#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codec/decode.hpp"
#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {

struct search_params {
  std::string text;
  int max_count = 10;
  std::optional<std::string> since;
};
BOOST_DESCRIBE_STRUCT(search_params, (), (text, max_count, since))

struct modest_params {
  std::optional<int> limit;
};
BOOST_DESCRIBE_STRUCT(modest_params, (), (limit))

namespace {

/// The params that a text gives, written again as JSON; or what was expected, and where.
template <class T>
std::string params_of(std::string_view text, unknown_members unknown = unknown_members::refused) {
  const auto read = [&](std::string_view bytes, format written_as) -> std::string {
    const base::buffer message = padded(bytes);
    reader reading{256};
    REQUIRE(reading.read(message.view(), written_as));
    T params{};
    const auto outcome = decode_params(reading.root(), describe<T>(), &params, unknown);
    if (outcome) return encoded(params);
    CHECK(outcome.error().kind() == error_kind::invalid_params);
    return outcome.error().message() + " at " + outcome.error().pointer().value_or("nowhere");
  };
  const std::string from_json = read(text, format::json);
  CHECK(read(packed(text), format::msgpack) == from_json);
  return from_json;
}

TEST_CASE("params are read by name") {
  CHECK(params_of<search_params>(R"({"maxCount":5,"text":"a"})") == R"({"text":"a","maxCount":5})");
  CHECK(params_of<search_params>(R"({"maxCount":5,"text":"a","since":"b"})") ==
        R"({"text":"a","maxCount":5,"since":"b"})");
  CHECK(params_of<search_params>(R"({"maxCount":5})") ==
        "expected the member \"text\", which is missing at /text");
  CHECK(params_of<search_params>(R"({"max_count":5,"text":"a"})") ==
        "expected no such member at /max_count");
}

TEST_CASE("params are read by position, in the order of the members") {
  CHECK(params_of<search_params>(R"(["a",5])") == R"({"text":"a","maxCount":5})");
  CHECK(params_of<search_params>(R"(["a",5,null])") == R"({"text":"a","maxCount":5})");
  CHECK(params_of<search_params>(R"(["a",5,"b"])") == R"({"text":"a","maxCount":5,"since":"b"})");
  CHECK(params_of<search_params>(R"(["a",5,"b",1])") == "expected at most 3 params at /3");
  CHECK(params_of<search_params>(R"(["a"])") ==
        "expected the member \"maxCount\", which is missing at /1");
  CHECK(params_of<search_params>(R"([5,"a"])") == "expected a string at /0");
  CHECK(params_of<modest_params>("[]") == "{}");
}

TEST_CASE("the member _meta of params is the protocol's and never unknown") {
  CHECK(params_of<modest_params>(R"({"_meta":{"timeoutMs":5}})") == "{}");
  CHECK(params_of<modest_params>(R"({"_meta":5,"limit":1})") == R"({"limit":1})");
  CHECK(params_of<modest_params>(R"({"_Meta":5})") == "expected no such member at /_Meta");
}

TEST_CASE("unknown params are ignored where the method says so") {
  CHECK(params_of<modest_params>(R"({"x":1,"limit":2})", unknown_members::ignored) ==
        R"({"limit":2})");
  CHECK(params_of<modest_params>("[2,3]", unknown_members::ignored) ==
        "expected at most 1 params at /1");
}

TEST_CASE("params that are no struct are read as they are") {
  CHECK(params_of<std::vector<int>>("[1,2]") == "[1,2]");
  CHECK(params_of<std::vector<int>>("{}") == "expected an array at ");
  CHECK(params_of<std::map<std::string, int>>(R"({"a":1})") == R"({"a":1})");
}

TEST_CASE("absent params fit where every member may be absent") {
  const auto said = [](const type_description* type) {
    const auto outcome = check_absent_params(type);
    return outcome
               ? "fits"
               : outcome.error().message() + " at " + outcome.error().pointer().value_or("nowhere");
  };
  CHECK(said(nullptr) == "fits");
  CHECK(said(&describe<modest_params>()) == "fits");
  CHECK(said(&describe<json>()) == "fits");
  CHECK(said(&describe<json_view>()) == "fits");
  CHECK(said(&describe<search_params>()) ==
        "expected the member \"text\", which is missing at /text");
  CHECK(said(&describe<std::vector<int>>()) == "expected params at ");
}

TEST_CASE("a method without params takes an empty array, an empty object, or _meta alone") {
  const auto said = [](std::string_view text) {
    const auto check = [](std::string_view bytes, format written_as) -> std::string {
      const base::buffer message = padded(bytes);
      reader reading{256};
      REQUIRE(reading.read(message.view(), written_as));
      const auto outcome = check_no_params(reading.root());
      return outcome ? "fits" : outcome.error().message() + " at " + *outcome.error().pointer();
    };
    const std::string from_json = check(text, format::json);
    CHECK(check(packed(text), format::msgpack) == from_json);
    return from_json;
  };
  CHECK(said("[]") == "fits");
  CHECK(said("{}") == "fits");
  CHECK(said(R"({"_meta":{}})") == "fits");
  CHECK(said("[1]") == "expected no params at /0");
  CHECK(said(R"({"_meta":{},"a/b":1})") == "expected no params at /a~1b");
}

TEST_CASE("a member of an object is found, the last of its name") {
  const auto found_in = [](std::string_view text) {
    const base::buffer message = padded(text);
    reader reading{256};
    REQUIRE(reading.read(message.view(), format::json));
    const auto member = find_member(reading.root(), "_meta");
    int number = 0;
    return member && decode(*member, describe<int>(), &number) ? number : -1;
  };
  CHECK(found_in(R"({"_meta":1})") == 1);
  CHECK(found_in(R"({"_meta":1,"a":2,"\u005fmeta":3})") == 3);
  CHECK(found_in(R"({"a":{"_meta":1}})") == -1);
  CHECK(found_in(R"(["_meta"])") == -1);
}

}  // namespace
}  // namespace sidewire::codec::test
