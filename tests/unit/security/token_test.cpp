#include "security/token.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sidewire::security;

namespace {

bool is_base64url(std::string_view text) {
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
         std::string_view::npos;
}

}  // namespace

TEST_CASE("a token is 256 bits as 43 base64url characters and never the same twice") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = make_token();
    CHECK(token.size() == 43);
    CHECK(is_base64url(token));
    seen.insert(token);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("a token's last character holds the four bits that are left of 32 bytes") {
  for (int i = 0; i < 200; ++i)
    CHECK(std::string_view{"AEIMQUYcgkosw048"}.find(make_token().back()) != std::string_view::npos);
}

TEST_CASE("every base64url character occurs in tokens") {
  std::set<char> seen;
  for (int i = 0; i < 200; ++i)
    for (const char c : make_token()) seen.insert(c);
  CHECK(seen.size() == 64);
}

TEST_CASE("an instance id is 16 base64url characters and never the same twice") {
  const std::string first = make_instance_id();
  CHECK(first.size() == 16);
  CHECK(is_base64url(first));
  CHECK(make_instance_id() != first);
}

TEST_CASE("a verifier accepts its token alone") {
  const token_verifier verifier{"correct-horse"};
  CHECK(verifier.accepts("correct-horse"));
  CHECK_FALSE(verifier.accepts("correct-hors"));
  CHECK_FALSE(verifier.accepts("correct-horsE"));
  CHECK_FALSE(verifier.accepts("correct-horse "));
  CHECK_FALSE(verifier.accepts(std::string_view{"correct-horse\0", 14}));
  CHECK_FALSE(verifier.accepts(""));
}
