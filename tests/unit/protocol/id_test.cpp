#include "protocol/id.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <unordered_map>

namespace sidewire::protocol {
namespace {

id_view text_id(std::string_view text) {
  return {.kind = id_kind::string, .text = text};
}
id_view number_id(double number, std::string_view text = {}) {
  return {.kind = id_kind::number, .number = number, .text = text};
}
id_view natural_id(std::uint64_t number, std::string_view text = {}) {
  return {.kind = id_kind::unsigned_integer, .unsigned_integer = number, .text = text};
}
id_view negative_id(std::int64_t number) {
  return {.kind = id_kind::signed_integer, .signed_integer = number, .text = {}};
}

TEST_CASE("ids are equal where kind and value are, however JSON wrote them") {
  CHECK(id_view{} == id_view{});
  CHECK(text_id("a") == text_id("a"));
  CHECK(number_id(1.5, "1.50") == number_id(1.5));
  CHECK(natural_id(0, "-0") == natural_id(0, "0"));
  CHECK(negative_id(-1) == negative_id(-1));

  CHECK_FALSE(text_id("a") == text_id("b"));
  CHECK_FALSE(text_id("1") == natural_id(1));
  CHECK_FALSE(number_id(1.5) == number_id(2.5));
  CHECK_FALSE(natural_id(1) == natural_id(2));
  CHECK_FALSE(negative_id(-1) == negative_id(-2));
  CHECK_FALSE(natural_id(0) == id_view{});
  CHECK_FALSE(text_id("") == id_view{});
}

TEST_CASE("equal ids have equal hashes") {
  const id_hash hash;
  CHECK(hash(number_id(1.5, "1.50")) == hash(number_id(1.5)));
  CHECK(hash(natural_id(0, "-0")) == hash(natural_id(0)));
  CHECK(hash(number_id(0.0)) == hash(number_id(-0.0)));
  CHECK(hash(text_id("abc")) == hash(text_id(std::string{"abc"})));
}

TEST_CASE("a kept id outlives the text that it came from, and a move of itself") {
  std::optional<std::string> message{"a text too long to lie within a std::string itself"};
  id kept{text_id(*message)};
  message.reset();
  CHECK(kept.view().text == "a text too long to lie within a std::string itself");
  const id moved{std::move(kept)};
  CHECK(moved.view().text == "a text too long to lie within a std::string itself");
  CHECK(moved.view().kind == id_kind::string);
}

TEST_CASE("ids find what is kept under them") {
  std::unordered_map<id_view, int, id_hash> kept{
      {id_view{}, 1}, {text_id("1"), 2}, {natural_id(1), 3}, {number_id(1.5), 4}};
  CHECK(kept.at(natural_id(1, "1")) == 3);
  CHECK(kept.at(text_id("1")) == 2);
  CHECK(kept.at(id_view{}) == 1);
  CHECK(kept.find(negative_id(-1)) == kept.end());
}

}  // namespace
}  // namespace sidewire::protocol
