#include "security/token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cassert>
#include <cstdint>
#include <stdexcept>

namespace sidewire::security {
namespace {

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

template <std::size_t ByteCount>
std::string random_base64url() {
  std::array<unsigned char, ByteCount> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"the system gives no random numbers"};

  std::string text;
  text.reserve((ByteCount * 8 + 5) / 6);
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

}  // namespace

std::string make_token() {
  return random_base64url<32>();
}

std::string make_instance_id() {
  return random_base64url<12>();
}

token_verifier::token_verifier(std::string_view token) : expected_{digest_of(token)} {
  assert(!token.empty());
}

bool token_verifier::accepts(std::string_view presented) const noexcept {
  const digest actual = digest_of(presented);
  return CRYPTO_memcmp(actual.data(), expected_.data(), actual.size()) == 0 && !presented.empty();
}

token_verifier::digest token_verifier::digest_of(std::string_view text) noexcept {
  digest result;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data());
  return result;
}

}  // namespace sidewire::security
