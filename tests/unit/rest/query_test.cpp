#include "rest/query.hpp"

#include <doctest/doctest.h>
#include <boost/describe.hpp>

#include <cstdint>
#include <map>
#include <optional>

namespace sidewire::rest {
namespace {

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct place {
  double x = 0;
};
BOOST_DESCRIBE_STRUCT(place, (), (x))

struct wanted {
  std::string name;
  std::int32_t count = 0;
  std::optional<std::uint64_t> large;
  double share = 0;
  bool deep = false;
  colour paint = colour::red;
  std::vector<std::string> tags;
  std::vector<std::int32_t> numbers;
  std::optional<place> where;
  std::map<std::string, std::int32_t> by_name;
  std::optional<json> any;
};
BOOST_DESCRIBE_STRUCT(wanted, (),
                      (name, count, large, share, deep, paint, tags, numbers, where, by_name, any))

/// The params of a query, or the error with its pointer.
std::string params(std::string_view query) {
  const auto read = read_query(query);
  if (!read) return "error: " + read.error().message();
  const auto text = params_of_query(*read, &describe<wanted>());
  if (text) return *text;
  return "error: " + text.error().message() + " at " + text.error().pointer().value_or("");
}

}  // namespace

TEST_CASE("a parameter becomes a value of its member's type") {
  CHECK(params("name=12") == R"({"name":"12"})");
  CHECK(params("count=12") == R"({"count":12})");
  CHECK(params("count=-12&share=0.5") == R"({"count":-12,"share":0.5})");
  CHECK(params("share=3") == R"({"share":3})");
  CHECK(params("deep=true") == R"({"deep":true})");
  CHECK(params("paint=green") == R"({"paint":"green"})");
  CHECK(params("large=18446744073709551615") == R"({"large":18446744073709551615})");
  CHECK(params("") == "{}");
}

TEST_CASE("a repeated parameter is an array where the member is one") {
  CHECK(params("tags=a&tags=b") == R"({"tags":["a","b"]})");
  CHECK(params("tags=a") == R"({"tags":["a"]})");
  CHECK(params("numbers=1&name=x&numbers=2") == R"({"numbers":[1,2],"name":"x"})");
  CHECK(params("name=a&name=b") == "error: expected it once at /name");
}

TEST_CASE("objects, maps and values of any type are given as JSON text") {
  CHECK(params("where=%7B%22x%22:1%7D") == R"({"where":{"x":1}})");
  CHECK(params(R"(byName={"a":1})") == R"({"byName":{"a":1}})");
  CHECK(params("any=[1,2]") == R"({"any":[1,2]})");
  CHECK(params("any=first") == R"({"any":"first"})");
  CHECK(params("any=a&any=2") == R"({"any":["a",2]})");
}

TEST_CASE("a text that is nothing of its type is refused with a pointer to it") {
  CHECK(params("count=many") == "error: expected an integer at /count");
  CHECK(params("count=1.5") == "error: expected an integer at /count");
  CHECK(params("count=") == "error: expected an integer at /count");
  CHECK(params("large=18446744073709551616") == "error: expected an integer at /large");
  CHECK(params("share=nan") == "error: expected a number at /share");
  CHECK(params("share=1e999") == "error: expected a number at /share");
  CHECK(params("deep=yes") == "error: expected true or false at /deep");
  CHECK(params("numbers=1&numbers=x") == "error: expected an integer at /numbers/1");
  CHECK(params("where=x") == "error: expected the JSON text of an object at /where");
}

TEST_CASE("JSON text cannot bring members of its own") {
  CHECK(params(R"(where={},"name":"x")") == "error: expected the JSON text of an object at /where");
  CHECK(params(R"(name=","count":1,"x":")") == R"({"name":"\",\"count\":1,\"x\":\""})");
  CHECK(params(R"(any={},"name":"x")") == R"({"any":"{},\"name\":\"x\""})");
}

TEST_CASE("unknown parameters are left to whoever knows the params, the token is not") {
  CHECK(params("other=1") == R"({"other":1})");
  CHECK(params("access_token=secret&name=x") == R"({"name":"x"})");
}

TEST_CASE("names and values are percent-decoded, and a plus sign is a space") {
  CHECK(params("name=a%20b+c%2Bd") == R"({"name":"a b c+d"})");
  CHECK(params("na%6De=x") == R"({"name":"x"})");
  CHECK(params("name=%C3%A4") == "{\"name\":\"\xC3\xA4\"}");
  for (const char* bad : {"name=%", "name=%2", "name=%zz", "name=%ff", "n%zz=1", "name=%+1"}) {
    CAPTURE(bad);
    CHECK(params(bad) == "error: a parameter of the query is badly encoded");
  }
}

TEST_CASE("what was percent-encoded is decoded to the same") {
  const std::string text = "logs/\xC3\xA4 %?&=+~-._";
  CHECK(percent_encoded(text) == "logs%2F%C3%A4%20%25%3F%26%3D%2B~-._");
  CHECK(percent_decoded(percent_encoded(text), plus_sign::space) == text);
}

}  // namespace sidewire::rest
