#include "rpc/json_schema.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sidewire::rpc {

namespace {

enum class colour { red, deep_blue };
BOOST_DESCRIBE_ENUM(colour, red, deep_blue)

struct point {
  std::int32_t x = 0;
  std::optional<std::int32_t> line_width;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, line_width))

struct tree {
  std::string name;
  std::vector<tree> children;
};
BOOST_DESCRIBE_STRUCT(tree, (), (name, children))

namespace other {
struct point {
  bool is_set = false;
};
BOOST_DESCRIBE_STRUCT(point, (), (is_set))
}  // namespace other

template <class T>
std::string schema_of(schema_maker& maker, std::string_view about = {}) {
  document_writer out;
  out.open_object();
  maker.write(out, describe<T>(), about);
  out.close_object();
  return std::move(out).finish();
}

template <class T>
std::string schema_of(std::string_view about = {}) {
  schema_maker maker{"#/$defs/"};
  return schema_of<T>(maker, about);
}

std::string components_of(schema_maker& maker) {
  document_writer out;
  out.open_object();
  maker.write_components(out);
  out.close_object();
  return std::move(out).finish();
}

}  // namespace

TEST_CASE("integers narrower than 64 bits have their bounds, wider ones those of their sign") {
  CHECK(schema_of<std::int8_t>() == R"({"type":"integer","minimum":-128,"maximum":127})");
  CHECK(schema_of<std::uint16_t>() == R"({"type":"integer","minimum":0,"maximum":65535})");
  CHECK(schema_of<std::int32_t>() ==
        R"({"type":"integer","minimum":-2147483648,"maximum":2147483647})");
  CHECK(schema_of<std::uint32_t>() == R"({"type":"integer","minimum":0,"maximum":4294967295})");
  CHECK(schema_of<std::int64_t>() == R"({"type":"integer"})");
  CHECK(schema_of<std::uint64_t>() == R"({"type":"integer","minimum":0})");
}

TEST_CASE("a float has the bounds that decoding holds it to") {
  CHECK(schema_of<double>() == R"({"type":"number"})");
  CHECK(schema_of<float>() ==
        R"({"type":"number","minimum":-3.4028234663852886e+38,"maximum":3.4028234663852886e+38})");
}

TEST_CASE("bytes are a base64 string, and any value has no type") {
  CHECK(schema_of<bytes>() ==
        R"({"description":"Base64 (RFC 4648, section 4); in MessagePack raw bytes, `bin`.",)"
        R"("type":"string","contentEncoding":"base64"})");
  CHECK(schema_of<json>() == R"({"description":"Any JSON value."})");
  CHECK(schema_of<json_view>("The state.") == R"({"description":"The state. Any JSON value."})");
  CHECK(schema_of<std::monostate>() == R"({"type":"null"})");
}

TEST_CASE("an optional may be null, a component by reference too") {
  CHECK(schema_of<std::optional<std::uint8_t>>() ==
        R"({"type":["integer","null"],"minimum":0,"maximum":255})");
  CHECK(schema_of<std::optional<colour>>() ==
        R"({"anyOf":[{"$ref":"#/$defs/colour"},{"type":"null"}]})");
  CHECK(schema_of<std::optional<std::monostate>>() == R"({"type":"null"})");
  CHECK(schema_of<std::optional<json>>() == R"({"description":"Any JSON value."})");
}

TEST_CASE("arrays and maps say what they hold") {
  CHECK(schema_of<std::vector<std::optional<bool>>>() ==
        R"({"type":"array","items":{"type":["boolean","null"]}})");
  CHECK(schema_of<std::map<std::string, point>>("By name.") ==
        R"({"description":"By name.","type":"object",)"
        R"("additionalProperties":{"$ref":"#/$defs/point"}})");
}

TEST_CASE("a component is closed and requires whatever is not optional") {
  schema_maker maker{"#/$defs/"};
  CHECK(schema_of<point>(maker) == R"({"$ref":"#/$defs/point"})");
  CHECK(components_of(maker) ==
        R"({"point":{"title":"point","type":"object","properties":{)"
        R"("x":{"type":"integer","minimum":-2147483648,"maximum":2147483647},)"
        R"("lineWidth":{"type":["integer","null"],"minimum":-2147483648,"maximum":2147483647}},)"
        R"("required":["x"],"additionalProperties":false}})");
}

TEST_CASE("an enumeration is a string out of its enumerators") {
  schema_maker maker{"#/$defs/"};
  CHECK(schema_of<colour>(maker) == R"({"$ref":"#/$defs/colour"})");
  CHECK(components_of(maker) ==
        R"({"colour":{"title":"colour","type":"string","enum":["red","deep_blue"]}})");
}

TEST_CASE("a type that contains itself is written once") {
  schema_maker maker{"#/$defs/"};
  schema_of<tree>(maker);
  CHECK(components_of(maker) ==
        R"({"tree":{"title":"tree","type":"object","properties":{"name":{"type":"string"},)"
        R"("children":{"type":"array","items":{"$ref":"#/$defs/tree"}}},)"
        R"("required":["name","children"],"additionalProperties":false}})");
}

TEST_CASE("two types of one name are told apart, in the order in which they are met") {
  schema_maker maker{"#/$defs/"};
  CHECK(schema_of<point>(maker) == R"({"$ref":"#/$defs/point"})");
  CHECK(schema_of<other::point>(maker) == R"({"$ref":"#/$defs/point_2"})");
  CHECK(schema_of<point>(maker) == R"({"$ref":"#/$defs/point"})");
}

TEST_CASE("a reserved name is left to the caller's own component") {
  schema_maker maker{"#/$defs/"};
  maker.reserve("tree");
  CHECK(schema_of<tree>(maker) == R"({"$ref":"#/$defs/tree_2"})");
}

}  // namespace sidewire::rpc
