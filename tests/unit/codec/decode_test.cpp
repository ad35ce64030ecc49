#include "codec/decode.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {

enum class colour : std::uint8_t { red, dark_green };
BOOST_DESCRIBE_ENUM(colour, red, dark_green)

struct point {
  int x = 0;
  int y = 0;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

struct tree {
  std::string name;
  std::vector<tree> children;
};
BOOST_DESCRIBE_STRUCT(tree, (), (name, children))

struct drawing {
  std::string title;
  std::optional<point> top_left;
  std::vector<point> line_points;
  std::map<std::string, colour> colours_by_name;
};
BOOST_DESCRIBE_STRUCT(drawing, (), (title, top_left, line_points, colours_by_name))

struct wide {
  int a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0;
};
BOOST_DESCRIBE_STRUCT(wide, (), (a, b, c, d, e, f, g, h, i, j))

namespace {

/// Why a text does not fit a type: the message and the pointer of its error.
std::string refusal(const error& reason) {
  CHECK(reason.kind() == error_kind::invalid_params);
  return reason.message() + " at " + reason.pointer().value_or("nowhere");
}

/// What a text says as a `T`, written again as JSON; or why it does not fit. In both formats.
template <class T>
std::string decoded(std::string_view text, unknown_members unknown = unknown_members::refused) {
  T from_json{};
  const auto outcome = decode(json_view{text, format::json}, describe<T>(), &from_json, unknown);
  const std::string bytes = packed(text);
  T from_pack{};
  const auto packed_outcome =
      decode(json_view{bytes, format::msgpack}, describe<T>(), &from_pack, unknown);
  CHECK(outcome.has_value() == packed_outcome.has_value());
  if (!outcome) {
    if (!packed_outcome) CHECK(refusal(outcome.error()) == refusal(packed_outcome.error()));
    return refusal(outcome.error());
  }
  CHECK(encoded(from_json) == encoded(from_pack));
  return encoded(from_json);
}

TEST_CASE("true, false and null are read as what they are and nothing else") {
  CHECK(decoded<bool>("true") == "true");
  CHECK(decoded<bool>("false") == "false");
  CHECK(decoded<bool>("0") == "expected true or false at ");
  CHECK(decoded<bool>("\"true\"") == "expected true or false at ");
  CHECK(decoded<std::monostate>("null") == "null");
  CHECK(decoded<std::monostate>("0") == "expected null at ");
}

TEST_CASE("integers are read within their range, up to its edges") {
  CHECK(decoded<std::int8_t>("-128") == "-128");
  CHECK(decoded<std::int8_t>("127") == "127");
  CHECK(decoded<std::int8_t>("128") == "expected an integer from -128 to 127 at ");
  CHECK(decoded<std::int8_t>("-129") == "expected an integer from -128 to 127 at ");
  CHECK(decoded<std::uint8_t>("255") == "255");
  CHECK(decoded<std::uint8_t>("256") == "expected an integer from 0 to 255 at ");
  CHECK(decoded<std::uint8_t>("-1") == "expected an integer from 0 to 255 at ");
  CHECK(decoded<std::int16_t>("-32768") == "-32768");
  CHECK(decoded<std::int16_t>("32768") == "expected an integer from -32768 to 32767 at ");
  CHECK(decoded<std::uint16_t>("65535") == "65535");
  CHECK(decoded<std::uint16_t>("65536") == "expected an integer from 0 to 65535 at ");
  CHECK(decoded<std::int32_t>("-2147483648") == "-2147483648");
  CHECK(decoded<std::int32_t>("2147483648") ==
        "expected an integer from -2147483648 to 2147483647 at ");
  CHECK(decoded<std::uint32_t>("4294967295") == "4294967295");
  CHECK(decoded<std::uint32_t>("4294967296") == "expected an integer from 0 to 4294967295 at ");
  CHECK(decoded<std::int64_t>("-9223372036854775808") == "-9223372036854775808");
  CHECK(decoded<std::int64_t>("9223372036854775807") == "9223372036854775807");
  CHECK(decoded<std::int64_t>("9223372036854775808") ==
        "expected an integer from -9223372036854775808 to 9223372036854775807 at ");
  CHECK(decoded<std::uint64_t>("18446744073709551615") == "18446744073709551615");
}

TEST_CASE("a number without a fraction is an integer, however it is written") {
  CHECK(decoded<int>("5.0") == "5");
  CHECK(decoded<int>("1e3") == "1000");
  CHECK(decoded<int>("-0.0") == "0");
  CHECK(decoded<std::int64_t>("-9007199254740992.0") == "-9007199254740992");
  const std::string refused = "expected an integer from 0 to 18446744073709551615 at ";
  CHECK(decoded<std::uint64_t>("5.5") == refused);
  CHECK(decoded<std::uint64_t>("-5.0") == refused);
  CHECK(decoded<std::uint64_t>("1e16") == refused);  // a double does not count that far exactly
  CHECK(decoded<std::uint8_t>("256.0") == "expected an integer from 0 to 255 at ");
}

TEST_CASE("a number is read from any number, as exactly as its type can") {
  CHECK(decoded<double>("1.5") == "1.5");
  CHECK(decoded<double>("-7") == "-7");
  CHECK(decoded<double>("18446744073709551615") == "1.8446744073709552e+19");
  CHECK(decoded<double>("5e-324") == "5e-324");
  CHECK(decoded<double>("\"1\"") == "expected a number at ");
  CHECK(decoded<float>("0.1") == "0.1");
  CHECK(decoded<float>("3.4028234663852886e38") == "3.4028235e+38");
  CHECK(decoded<float>("3.4028235e+38") == "3.4028235e+38");
  CHECK(decoded<float>("-3.4028235e+38") == "-3.4028235e+38");
  CHECK(decoded<float>("3.40282357e+38") ==
        "expected a number within the range of a 32-bit float at ");
  CHECK(decoded<float>("3.5e38") == "expected a number within the range of a 32-bit float at ");
}

TEST_CASE("strings keep their characters") {
  CHECK(decoded<std::string>(R"("a\u0000b\u00e4\ud83d\ude00")") == "\"a\\u0000b\u00e4\U0001F600\"");
  CHECK(decoded<std::string>("null") == "expected a string at ");
  CHECK(decoded<std::string>("[]") == "expected a string at ");
}

TEST_CASE("bytes are base64 in JSON and bin in MessagePack, and nothing else") {
  bytes data;
  const auto read = [&](std::string_view text, format written_as) {
    return decode(json_view{text, written_as}, describe<bytes>(), &data).has_value();
  };
  CHECK(read("\"AP8=\"", format::json));
  CHECK(data.data == std::string("\x00\xff", 2));
  CHECK(read("\"\"", format::json));
  CHECK(data.data.empty());
  CHECK(read(from_hex("c4-02-00-ff"), format::msgpack));
  CHECK(data.data == std::string("\x00\xff", 2));
  CHECK_FALSE(read("\"AP8\"", format::json));
  CHECK_FALSE(read("\"AP9=\"", format::json));
  CHECK_FALSE(read("\"A P8=\"", format::json));
  CHECK_FALSE(read("[0,255]", format::json));
  CHECK_FALSE(read(packed("\"AP8=\""), format::msgpack));
}

TEST_CASE("an enumeration is one of its names") {
  CHECK(decoded<colour>("\"red\"") == "\"red\"");
  CHECK(decoded<colour>("\"dark_green\"") == "\"dark_green\"");
  CHECK(decoded<colour>("\"blue\"") == "expected one of \"red\", \"dark_green\" at ");
  CHECK(decoded<colour>("0") == "expected one of \"red\", \"dark_green\" at ");
}

TEST_CASE("an optional is empty for null") {
  CHECK(decoded<std::optional<int>>("null") == "null");
  CHECK(decoded<std::optional<int>>("5") == "5");
  CHECK(decoded<std::optional<int>>("\"5\"").starts_with("expected an integer"));
}

TEST_CASE("arrays and maps are read with all that they hold, and say where it does not fit") {
  CHECK(decoded<std::vector<int>>("[]") == "[]");
  CHECK(decoded<std::vector<int>>("[1,2,3]") == "[1,2,3]");
  CHECK(decoded<std::vector<int>>("{}") == "expected an array at ");
  CHECK(decoded<std::vector<std::string>>("[\"a\",1]") == "expected a string at /1");
  CHECK(decoded<std::vector<std::vector<int>>>("[[1],[],[2,null]]")
            .ends_with(" to 2147483647 at /2/1"));
  CHECK(decoded<std::map<std::string, int>>(R"({"b":1,"":2,"a":3})") == R"({"":2,"a":3,"b":1})");
  CHECK(decoded<std::map<std::string, bool>>(R"({"a":1})") == "expected true or false at /a");
  CHECK(decoded<std::unordered_map<std::string, int>>(R"({"a":1})") == R"({"a":1})");
  CHECK(decoded<std::map<std::string, int>>("[]") == "expected an object at ");
}

TEST_CASE("a pointer escapes the names that it goes through, as RFC 6901 says") {
  CHECK(decoded<std::map<std::string, std::map<std::string, bool>>>(R"({"a/b":{"m~n/":5}})") ==
        "expected true or false at /a~1b/m~0n~1");
  CHECK(decoded<std::map<std::string, bool>>(R"({"\u0000\"":5})") ==
        std::string("expected true or false at /\0\"", 29));
  CHECK(decoded<std::map<std::string, bool>>(R"({"":5})") == "expected true or false at /");
}

TEST_CASE("a struct is read by its members' camelCase names, in any order") {
  const std::string text =
      R"({"coloursByName":{"sky":"red"},"linePoints":[{"y":2,"x":1}],"title":"t"})";
  CHECK(decoded<drawing>(text) ==
        R"({"title":"t","linePoints":[{"x":1,"y":2}],"coloursByName":{"sky":"red"}})");
  CHECK(decoded<drawing>(
            R"({"title":"t","topLeft":{"x":1,"y":2},"linePoints":[],"coloursByName":{}})") ==
        R"({"title":"t","topLeft":{"x":1,"y":2},"linePoints":[],"coloursByName":{}})");
  CHECK(decoded<drawing>(R"({"title":"t","topLeft":null,"linePoints":[],"coloursByName":{}})") ==
        R"({"title":"t","linePoints":[],"coloursByName":{}})");
  CHECK(decoded<wide>(R"({"j":10,"i":9,"h":8,"g":7,"f":6,"e":5,"d":4,"c":3,"b":2,"a":1})") ==
        R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10})");
}

TEST_CASE("what is wrong within a struct is pointed at") {
  CHECK(decoded<point>("[]") == "expected an object at ");
  CHECK(decoded<point>(R"({"x":1})") == "expected the member \"y\", which is missing at /y");
  CHECK(decoded<point>(R"({"x":1,"y":2,"z":3})") == "expected no such member at /z");
  CHECK(decoded<point>(R"({"x":1,"y":2,"X":3})") == "expected no such member at /X");
  CHECK(decoded<drawing>(
            R"({"title":"t","linePoints":[{"x":1,"y":2},{"x":1,"y":"2"}],"coloursByName":{}})") ==
        "expected an integer from -2147483648 to 2147483647 at /linePoints/1/y");
  CHECK(decoded<drawing>(R"({"title":"t","linePoints":[],"coloursByName":{"a/b":"blue"}})") ==
        "expected one of \"red\", \"dark_green\" at /coloursByName/a~1b");
  CHECK(decoded<wide>(R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9})") ==
        "expected the member \"j\", which is missing at /j");
}

TEST_CASE("unknown members are ignored where the caller says so, nested ones too") {
  CHECK(decoded<point>(R"({"x":1,"y":2,"z":3})", unknown_members::ignored) == R"({"x":1,"y":2})");
  CHECK(decoded<std::vector<point>>(R"([{"x":1,"y":2,"z":{"x":0}}])", unknown_members::ignored) ==
        R"([{"x":1,"y":2}])");
  CHECK(decoded<std::vector<point>>(R"([{"x":1,"y":2,"_meta":3}])") ==
        "expected no such member at /0/_meta");
}

TEST_CASE("of two equal names the last counts, whatever the first was") {
  CHECK(decoded<point>(R"({"x":"no","y":2,"x":1})") == R"({"x":1,"y":2})");
  CHECK(decoded<point>(R"({"x":1,"y":2,"\u0078":"no"})").ends_with(" at /x"));
  CHECK(decoded<std::map<std::string, std::vector<int>>>(R"({"a":[1,2],"a":[3]})") ==
        R"({"a":[3]})");
  CHECK(decoded<std::map<std::string, int>>(R"({"a":"no","b":2,"a":1})") == R"({"a":1,"b":2})");
  CHECK(decoded<std::map<std::string, bool>>(R"({"a":"no","a":1})") ==
        "expected true or false at /a");
}

TEST_CASE("a struct that contains itself is read as deep as the message goes") {
  const std::string text =
      R"({"name":"a","children":[{"name":"b","children":[{"name":"c","children":[]}]}]})";
  CHECK(decoded<tree>(text) == text);
  CHECK(decoded<tree>(R"({"name":"a","children":[{"name":"b"}]})") ==
        "expected the member \"children\", which is missing at /children/0/children");

  std::string deep = R"({"name":"leaf","children":[]})";
  for (int level = 0; level < 120; ++level) deep = R"({"name":"n","children":[)" + deep + "]}";
  CHECK(decoded<tree>(deep) == deep);
}

TEST_CASE("any JSON is kept exactly, byte by byte, with the format that it came in") {
  json kept;
  for (const std::string_view text :
       {"1.50", "-0", "1E2", "[ 1 , {\"a\" : null} ]", "\"\\u0041\\/\"", "{\"a\":1,\"a\":2}",
        "18446744073709551615", "{}", "null"}) {
    CAPTURE(text);
    REQUIRE(decode(json_view{text, format::json}, describe<json>(), &kept));
    CHECK(kept == json{std::string{text}});
    const std::string bytes = packed(text);
    REQUIRE(decode(json_view{bytes, format::msgpack}, describe<json>(), &kept));
    CHECK(kept == json{bytes, format::msgpack});
  }
}

TEST_CASE("any JSON within containers and structs is kept without the white space around it") {
  std::map<std::string, std::vector<json>> values;
  REQUIRE(decode(json_view{"{ \"a\" : [ 1.50 , { \"b\" : 2 } ] , \"c\" : [ [ ] ] }", format::json},
                 describe<decltype(values)>(), &values));
  CHECK(values["a"] == std::vector{json{"1.50"}, json{"{ \"b\" : 2 }"}});
  CHECK(values["c"] == std::vector{json{"[ ]"}});
}

TEST_CASE("a whole text is validated before it is decoded") {
  int number = 0;
  const auto outcome = decode(json_view{" 5 ", format::json}, describe<int>(), &number);
  CHECK(outcome.has_value());
  CHECK(number == 5);
  const auto refused = decode(json_view{"5 x", format::json}, describe<int>(), &number);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind() == error_kind::parse_error);
  const auto empty = decode(json_view{"", format::json}, describe<int>(), &number);
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().kind() == error_kind::parse_error);
}

}  // namespace
}  // namespace sidewire::codec::test
