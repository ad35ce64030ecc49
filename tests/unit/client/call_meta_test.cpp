#include "client/call_meta.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace std::string_view_literals;
using sidewire::error_kind;
using sidewire::format;
using sidewire::json_view;
using sidewire::client::with_idempotency_key;

namespace {

json_view text(std::string_view written) {
  return {written, format::json};
}

}  // namespace

TEST_CASE("a key stands in _meta, behind the params as they were written") {
  CHECK(with_idempotency_key(text(R"({"n": 1.10, "a": [1, 2]})"), "k\"1")->text() ==
        R"({"n":1.10,"a":[1, 2],"_meta":{"idempotencyKey":"k\"1"}})");
  CHECK(with_idempotency_key(text("{}"), "k")->text() == R"({"_meta":{"idempotencyKey":"k"}})");
  CHECK(with_idempotency_key({}, "k")->text() == R"({"_meta":{"idempotencyKey":"k"}})");
}

TEST_CASE("a key stands in params of MessagePack as well, whose bytes stay bytes") {
  const auto made = with_idempotency_key({"\x81\xA1x\xC4\x01\xFF"sv, format::msgpack}, "k");
  REQUIRE(made);
  CHECK(made->written_as() == format::msgpack);
  CHECK(made->text() == "\x82\xA1x\xC4\x01\xFF\xA5_meta\x81\xAEidempotencyKey\xA1k"sv);
}

TEST_CASE("params by position, and with a _meta of their own, take no key") {
  for (const char* params : {"[1]", R"({"_meta":{}})", "1"}) {
    const auto refused = with_idempotency_key(text(params), "k");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == error_kind::invalid_params);
  }
}
