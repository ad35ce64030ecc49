#include <doctest/doctest.h>

#include <string>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t index = 0; index < count; ++index) all += text;
  return all;
}

std::string arrays(std::size_t depth, std::string_view within) {
  return repeated("[", depth) + std::string{within} + repeated("]", depth);
}
std::string objects(std::size_t depth, std::string_view within) {
  return repeated("{\"a\":", depth) + std::string{within} + repeated("}", depth);
}
std::string packed_arrays(std::size_t depth, std::string_view within) {
  return repeated("\x91", depth) + std::string{within};
}
std::string packed_objects(std::size_t depth, std::string_view within) {
  return repeated("\x81\xa1x", depth) + std::string{within};
}

constexpr std::string_view good = "accepted";
constexpr std::string_view deep = "parse_error maxDepth";

TEST_CASE("JSON may have as many arrays and objects open at once as the limit says, empty or not") {
  for (const std::size_t limit :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{256}}) {
    CAPTURE(limit);
    for (const auto nested : {arrays, objects}) {
      CHECK(verdict(nested(limit, "1"), format::json, limit) == good);
      CHECK(verdict(nested(limit - 1, "[]"), format::json, limit) == good);
      CHECK(verdict(nested(limit - 1, "{}"), format::json, limit) == good);
      CHECK(verdict(nested(limit + 1, "1"), format::json, limit) == deep);
      CHECK(verdict(nested(limit, "[]"), format::json, limit) == deep);
      CHECK(verdict(nested(limit, "{}"), format::json, limit) == deep);
    }
    CHECK(verdict(arrays(limit, "1,[]"), format::json, limit) == deep);
    CHECK(verdict(arrays(limit, "[],1"), format::json, limit) == deep);
    CHECK(verdict(arrays(limit, "\"[[[[\",\"{\\\"[{\""), format::json, limit) == good);
  }
}

TEST_CASE(
    "MessagePack may have as many arrays and maps open at once as the limit says, empty or not") {
  for (const std::size_t limit :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{256}}) {
    CAPTURE(limit);
    for (const auto nested : {packed_arrays, packed_objects}) {
      CHECK(verdict(nested(limit, "\x01"), format::msgpack, limit) == good);
      CHECK(verdict(nested(limit - 1, "\x90"), format::msgpack, limit) == good);
      CHECK(verdict(nested(limit - 1, "\x80"), format::msgpack, limit) == good);
      CHECK(verdict(nested(limit + 1, "\x01"), format::msgpack, limit) == deep);
      CHECK(verdict(nested(limit, "\x90"), format::msgpack, limit) == deep);
      CHECK(verdict(nested(limit, "\x80"), format::msgpack, limit) == deep);
    }
  }
}

TEST_CASE("what is side by side is not deep") {
  const std::string row = arrays(254, "1");
  CHECK(verdict("[" + row + "," + row + ",{\"a\":" + row + "}]", format::json) == good);
  const std::string packed_row = packed_arrays(254, "\x01");
  CHECK(verdict("\x92" + packed_row + "\x81\xa1x" + packed_row, format::msgpack) == good);
}

TEST_CASE("a bomb of brackets is a parse error, closed or not, and the reader goes on") {
  reader reading{256};
  for (const std::string& bomb : {arrays(1'000'000, ""), repeated("[", 1'000'000),
                                  objects(1'000'000, "1"), repeated("{\"a\":", 1'000'000)}) {
    CHECK_FALSE(reading.read(padded(bomb).view(), format::json));
    const base::buffer fine = padded(arrays(256, ""));
    CHECK(reading.read(fine.view(), format::json));
  }
  for (const std::string& bomb : {repeated("\x91", 1'000'000), repeated("\x81\xa1x", 1'000'000)}) {
    CHECK_FALSE(reading.read(padded(bomb).view(), format::msgpack));
    const base::buffer fine = padded(packed_arrays(256, "\xc0"));
    CHECK(reading.read(fine.view(), format::msgpack));
  }
}

TEST_CASE("the deepest message that a configuration allows is written in the other format") {
  const std::string text = arrays(1024, "{}").substr(1, 2 * 1024);
  CHECK(unpacked(packed(text)) == text);
}

}  // namespace
}  // namespace sidewire::codec::test
