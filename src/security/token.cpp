#include "security/token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cassert>
#include <stdexcept>

#include "security/digest.hpp"

namespace sidewire::security {
namespace {

template <std::size_t ByteCount>
std::string random_base64url() {
  std::array<unsigned char, ByteCount> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"the system gives no random numbers"};
  return base64url(bytes);
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
