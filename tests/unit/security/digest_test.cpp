#include "security/digest.hpp"

#include <doctest/doctest.h>

#include <array>

namespace sidewire::security {

TEST_CASE("a digest is the same for the same text alone") {
  CHECK(digest_text("a") == digest_text("a"));
  CHECK(digest_text("a") != digest_text("b"));
  // The first half of SHA-256 of nothing, e3b0c442 98fc1c14 9afbf4c8 996fb924.
  CHECK(digest_text("") == "47DEQpj8HBSa-_TImW-5JA");
}

TEST_CASE("base64url has no padding") {
  const std::array<unsigned char, 4> bytes{0xFF, 0xFE, 0xFD, 0x00};
  CHECK(base64url(bytes) == "__79AA");
  CHECK(base64url({}).empty());
}

}  // namespace sidewire::security
