#include <doctest/doctest.h>
#include <simdjson.h>

#include <string>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {
namespace {

/// Calls `visit(group, value, bytes)` for each encoding of each value in the suite.
template <class Visit>
int each_vector(Visit visit) {
  int count = 0;
  simdjson::dom::parser parser;
  const simdjson::dom::object groups =
      parser.load(SIDEWIRE_TEST_DATA "/msgpack-test-suite/msgpack-test-suite.json");
  for (const auto group : groups) {
    for (const simdjson::dom::object entry : simdjson::dom::array{group.value}) {
      for (const std::string_view hex : simdjson::dom::array{entry["msgpack"]}) {
        visit(group.key.substr(0, 2), entry, from_hex(hex));
        ++count;
      }
    }
  }
  return count;
}

bool is_unspeakable(std::string_view group) {
  return group == "50" || group == "60";  // timestamps, extension types
}

/// What a reader has read, compared with what the suite says it is.
void check_value(const simdjson::dom::object& expected, std::string_view bytes) {
  for (const auto member : expected) {
    const std::string_view type = member.key;
    const std::string wanted = simdjson::minify(member.value);
    if (type == "nil" || type == "bool" || type == "string" || type == "array" || type == "map") {
      CHECK(unpacked(bytes) == wanted);
    } else if (type == "number") {
      CHECK(std::stod(unpacked(bytes)) == double{member.value});
    } else if (type == "bignum") {
      CHECK("\"" + unpacked(bytes) + "\"" == wanted);
    }
  }
}

TEST_CASE("every MessagePack encoding of the suite is echoed exactly") {
  const int count = each_vector([](std::string_view group, const auto& entry, const auto& bytes) {
    if (is_unspeakable(group)) return;
    CAPTURE(to_hex(bytes));
    REQUIRE(verdict(bytes, format::msgpack) == "accepted");
    CHECK(transcoded(bytes, format::msgpack, format::msgpack) == bytes);
    const base::buffer text = padded(bytes);
    reader reading{256};
    REQUIRE(reading.read(text.view(), format::msgpack));
    CHECK(reading.root().view().text() == bytes);
    check_value(entry, bytes);
  });
  CHECK(count > 200);
}

TEST_CASE("extension types and timestamps are parse errors, wherever they stand") {
  int count = 0;
  each_vector([&](std::string_view group, const auto&, const std::string& bytes) {
    if (!is_unspeakable(group)) return;
    CAPTURE(to_hex(bytes));
    ++count;
    CHECK(verdict(bytes, format::msgpack) == "parse_error");
    CHECK(verdict("\x91" + bytes, format::msgpack) == "parse_error");
    CHECK(verdict("\x81\xa1x" + bytes, format::msgpack) == "parse_error");
  });
  CHECK(count > 20);
}

TEST_CASE("a MessagePack value that is cut short anywhere is a parse error") {
  each_vector([](std::string_view group, const auto&, const std::string& bytes) {
    if (is_unspeakable(group)) return;
    CAPTURE(to_hex(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK(verdict(bytes.substr(0, size), format::msgpack) == "parse_error");
    }
    CHECK(verdict(bytes + "\xc0", format::msgpack) == "parse_error");
  });
}

}  // namespace
}  // namespace sidewire::codec::test
