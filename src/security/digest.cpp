#include "security/digest.hpp"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace sidewire::security {
namespace {

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::size_t digest_text_bytes = 16;

}  // namespace

std::string base64url(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 5) / 6);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (const unsigned char byte : bytes) {
    pending = (pending << 8) | byte;
    for (pending_bits += 8; pending_bits >= 6;) {
      pending_bits -= 6;
      text += base64url_alphabet[(pending >> pending_bits) & 0x3F];
    }
  }
  if (pending_bits > 0) text += base64url_alphabet[(pending << (6 - pending_bits)) & 0x3F];
  return text;
}

std::string digest_text(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64url(std::span{digest}.first(digest_text_bytes));
}

}  // namespace sidewire::security
