#include "codec/encode.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/utf8.hpp"
#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {

enum class mode : std::uint8_t { slow, very_fast };
BOOST_DESCRIBE_ENUM(mode, slow, very_fast)

struct base_facts {
  int first_value = 1;
};
BOOST_DESCRIBE_STRUCT(base_facts, (), (first_value))

struct facts : base_facts {
  std::string plain = "p";
  std::optional<int> left_out;
  std::optional<int> there = 2;
  mode how_fast = mode::very_fast;
  std::monostate nothing;
  json any_thing;
};
BOOST_DESCRIBE_STRUCT(facts, (base_facts), (plain, left_out, there, how_fast, nothing, any_thing))

namespace {

template <class T>
std::string packed_hex(const T& value) {
  return to_hex(encoded(value, format::msgpack));
}

TEST_CASE("a struct is an object with camelCase names, without its empty optionals") {
  facts value;
  value.any_thing = json{"{ \"a\" : 1.50 }"};
  const std::string text =
      R"({"firstValue":1,"plain":"p","there":2,"howFast":"very_fast","nothing":null,"anyThing":)"
      R"({ "a" : 1.50 }})";
  CHECK(encoded(value) == text);
  CHECK(unpacked(encoded(value, format::msgpack)) ==
        R"({"firstValue":1,"plain":"p","there":2,"howFast":"very_fast","nothing":null,)"
        R"("anyThing":{"a":1.5}})");
}

TEST_CASE("a value of an enumeration that has no name is null") {
  CHECK(encoded(static_cast<mode>(7)) == "null");
}

TEST_CASE("integers are written whole, to the edges of their types") {
  CHECK(encoded(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(encoded(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(encoded(std::int8_t{-128}) == "-128");
  CHECK(encoded(std::uint8_t{255}) == "255");
  CHECK(encoded(std::int16_t{-32768}) == "-32768");
  CHECK(encoded(std::uint16_t{65535}) == "65535");
  CHECK(encoded(std::uint32_t{4294967295}) == "4294967295");
  CHECK(packed_hex(std::int64_t{-1}) == "ff");
  CHECK(packed_hex(std::uint64_t{127}) == "7f");
  CHECK(packed_hex(std::numeric_limits<std::uint64_t>::max()) == "cf-ff-ff-ff-ff-ff-ff-ff-ff");
  CHECK(packed_hex(std::numeric_limits<std::int64_t>::min()) == "d3-80-00-00-00-00-00-00-00");
}

TEST_CASE("numbers are written in the shortest form that reads back the same") {
  CHECK(encoded(0.1) == "0.1");
  CHECK(encoded(5.0) == "5");
  CHECK(encoded(-0.0) == "-0.0");
  CHECK(encoded(-0.0F) == "-0.0");
  CHECK(encoded(1e21) == "1e+21");
  CHECK(encoded(5e-324) == "5e-324");
  CHECK(encoded(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(encoded(0.1F) == "0.1");
  CHECK(encoded(1.0 / 3) == "0.3333333333333333");
  CHECK(packed_hex(0.1) == "cb-3f-b9-99-99-99-99-99-9a");
  CHECK(packed_hex(0.5F) == "ca-3f-00-00-00");
  CHECK(packed_hex(5.0) == "cb-40-14-00-00-00-00-00-00");
  CHECK(packed_hex(-0.0) == "cb-80-00-00-00-00-00-00-00");
  CHECK(packed_hex(18446744073709551616.0) == "cb-43-f0-00-00-00-00-00-00");
}

TEST_CASE("a number that is not finite is null") {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    CHECK(encoded(value) == "null");
    CHECK(encoded(static_cast<float>(value)) == "null");
    CHECK(packed_hex(value) == "c0");
    CHECK(packed_hex(static_cast<float>(value)) == "c0");
  }
}

TEST_CASE("strings are escaped where JSON wants it, wherever in the string that is") {
  CHECK(encoded(std::string{"\"\\\b\f\n\r\t/\x7f"}) == R"("\"\\\b\f\n\r\t/)"
                                                       "\x7f\"");
  CHECK(encoded(std::string("\0\x01\x1f", 3)) == R"("\u0000\u0001\u001f")");
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char special :
           {'"', '\\', '\x01', '\x1f', '\x00', ' ', '!', '#', '[', ']', '\x7f'}) {
        std::string text(size, 'x');
        text[at] = special;
        const std::string written = encoded(text);
        std::string read;
        simdjson::dom::parser parser;
        const auto parsed = parser.parse(written);
        if (parsed.error() != simdjson::SUCCESS) FAIL("no JSON: " << written);
        if (std::string_view{parsed.value_unsafe()} != text) FAIL("another text: " << written);
      }
    }
  }
}

TEST_CASE("characters beyond ASCII are written as they are") {
  const std::string text =
      "\u00e4\u20ac\U0001F600 and enough more text for eight bytes \u00e4 at once\"";
  CHECK(encoded(text) == "\"" + text.substr(0, text.size() - 1) + "\\\"\"");
  CHECK(unpacked(encoded(text, format::msgpack)) == encoded(text));
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD, one for each beginning of a character") {
  const std::string mark = "\xEF\xBF\xBD";
  const std::pair<std::string, std::string> examples[] = {
      {"\xff", mark},
      {"a\x80z", "a" + mark + "z"},
      {"\xc0\x80", mark + mark},
      {"\xe2\x82", mark},
      {"\xe2\x82z", mark + "z"},
      {"\xe2\xe2\x82\xac", mark + "\xe2\x82\xac"},
      {"\xed\xa0\x80", mark + mark + mark},
      {"\xf0\x9f\x98", mark},
      {"\xf0\x9f\x98\xf0\x9f\x98\x80", mark + "\xf0\x9f\x98\x80"},
      {"\xf4\x90\x80\x80", mark + mark + mark + mark},
      {"\"\xff\"", "\"" + mark + "\""},
  };
  for (const auto& [text, mended] : examples) {
    CAPTURE(to_hex(text));
    REQUIRE_FALSE(base::is_valid_utf8(text));
    CHECK(encoded(text) == encoded(mended));
    CHECK(encoded(text, format::msgpack) == encoded(mended, format::msgpack));
    const std::map<std::string, int> keyed{{text, 1}};
    const std::map<std::string, int> mended_key{{mended, 1}};
    CHECK(encoded(keyed) == encoded(mended_key));
    CHECK(encoded(keyed, format::msgpack) == encoded(mended_key, format::msgpack));
  }
}

TEST_CASE("bytes are base64 in JSON and bin in MessagePack") {
  const bytes data{std::string("\x00\xff\x10", 3)};
  CHECK(encoded(data) == "\"AP8Q\"");
  CHECK(packed_hex(data) == "c4-03-00-ff-10");
  CHECK(encoded(bytes{}) == "\"\"");
  CHECK(packed_hex(bytes{}) == "c4-00");
}

TEST_CASE("containers are written with their elements, empty ones too") {
  CHECK(encoded(std::vector<int>{}) == "[]");
  CHECK(encoded(std::vector<int>{1, 2}) == "[1,2]");
  CHECK(encoded(std::map<std::string, bool>{{"a", true}, {"b\n", false}}) ==
        R"({"a":true,"b\n":false})");
  CHECK(encoded(std::optional<int>{}) == "null");
  CHECK(encoded(std::vector<std::optional<int>>{1, std::nullopt}) == "[1,null]");
  CHECK(packed_hex(std::vector<int>(16, 1)).starts_with("dc-00-10-01"));
}

TEST_CASE("any JSON is written as it came, and transcoded where the other format is wanted") {
  const json kept{"[ 1.50, -0, 1E2, \"\\u0041\", {\"a\":1,\"a\":2} ]"};
  CHECK(encoded(kept) == kept.text());
  CHECK(unpacked(encoded(kept, format::msgpack)) == R"([1.5,0,100,"A",{"a":1,"a":2}])");
  const json_view view = kept;
  CHECK(encoded(view) == kept.text());
  const json bin{from_hex("c4-02-00-ff"), format::msgpack};
  CHECK(encoded(bin, format::msgpack) == bin.text());
  CHECK(encoded(bin) == "\"AP8=\"");
}

TEST_CASE("transcoding keeps every integer of 64 bits and every double") {
  for (const std::string_view text :
       {"0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "9007199254740993", "0.1", "-0", "5e-324", "1.7976931348623157e+308", "1e+300",
        "3.141592653589793", "true", "null", "\"\"", "[]", "{}", "[[],{}]"}) {
    CAPTURE(text);
    CHECK(unpacked(packed(text)) == (text == "-0" ? "0" : text));
  }
  CHECK(unpacked(packed("-0.0")) == "-0.0");
}

TEST_CASE("a double past 64 bits is never written like an integer, which readers refuse") {
  for (const double value : {9223372036854775808.0, 18446744073709551616.0, 123456789012345680000.0,
                             -18446744073709551616.0, 1e19, 1e20}) {
    CAPTURE(value);
    CHECK(verdict(encoded(value), format::json) == "accepted");
    CHECK(std::stod(encoded(value)) == value);
    CHECK(verdict(encoded(static_cast<float>(value)), format::json) == "accepted");
  }
  CHECK(encoded(18446744073709551616.0) == "1.8446744073709552e+19");
}

TEST_CASE("a text that cannot be read is null in the other format") {
  CHECK(packed("{") == "\xc0");
  CHECK(packed("") == "\xc0");
  CHECK(unpacked("\xc1") == "null");
}

TEST_CASE("what is written is appended behind what is there") {
  base::buffer out;
  out.append("x");
  encode(out, format::json, std::vector<int>{1});
  encode(out, format::json, json_view{"2", format::json});
  CHECK(out.view() == "x[1]2");
}

}  // namespace
}  // namespace sidewire::codec::test
