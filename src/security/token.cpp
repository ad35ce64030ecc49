#include "security/token.hpp"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <array>
#include <cassert>
#include <stdexcept>

#include "security/digest.hpp"

namespace sidewire::security {
namespace {

template <std::size_t ByteCount>
std::string random_base64url() {
  // Up to 256 bytes come whole (getrandom(2)). OpenSSL's generator would load its providers first,
  // which a server without TLS needs for nothing else.
  static_assert(ByteCount <= 256);
  std::array<unsigned char, ByteCount> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error{"the system gives no random numbers"};
  }
  return base64url(bytes);
}

}  // namespace

std::string make_token() {
  return random_base64url<32>();
}

std::string make_instance_id() {
  return random_base64url<12>();
}

token_verifier::token_verifier(std::string_view token) : expected_{token} {
  assert(!token.empty());
}

bool token_verifier::accepts(std::string_view presented) const noexcept {
  return presented.size() == expected_.size() &&
         CRYPTO_memcmp(presented.data(), expected_.data(), expected_.size()) == 0;
}

}  // namespace sidewire::security
