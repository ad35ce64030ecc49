#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sidewire::base {
namespace {

std::string encode(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  write_base64(text.data(), bytes);
  return text;
}

TEST_CASE("base64 encodes the examples of RFC 4648, section 10, and back") {
  const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    CHECK(encode(bytes) == text);
    CHECK(decode_base64(text) == bytes);
  }
}

TEST_CASE("base64 brings every byte back, whatever the length") {
  std::string bytes;
  for (int code = 0; code < 512; ++code) {
    const auto decoded = decode_base64(encode(bytes));
    if (decoded != bytes) FAIL("differs at " << code << " bytes");
    bytes.push_back(static_cast<char>(code * 7));
  }
}

TEST_CASE("base64 refuses what is not exactly one encoding") {
  for (const std::string_view text :
       {"Z",    "Zg",   "Zg=",    "Zg===", "Zm8",         "Zm9vYg", "Zg==Zg==",
        "=Zg=", "====", "Z===",   "Zh==",  "Zm9=",        "Zm8\n",  "Zm 8",
        "Zm8-", "Zm8_", "Zm8=\n", " Zg==", "Z\xc3\xa4==", "Zg=A"}) {
    CAPTURE(text);
    CHECK(decode_base64(text) == std::nullopt);
  }
}

}  // namespace
}  // namespace sidewire::base
