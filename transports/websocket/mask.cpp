#include "transports/websocket/mask.hpp"

#include <bit>
#include <cstring>

namespace sidewire::websocket {
namespace {

/// `seen`: the bits that any byte had.
text_content content_of(std::uint64_t seen) noexcept {
  return (seen & 0x8080'8080'8080'8080) == 0 ? text_content::ascii : text_content::other;
}

std::uint64_t load(const char* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

void store(char* to, std::uint64_t word) noexcept {
  std::memcpy(to, &word, sizeof word);
}

/// The key for a place `count` bytes further on.
std::uint64_t advanced(std::uint64_t key, std::size_t count) noexcept {
  const int bits = static_cast<int>(count % 4) * 8;
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

}  // namespace

text_content unmask(std::span<char> payload, std::uint32_t mask, std::size_t offset) noexcept {
  char* const begin = payload.data();
  const std::size_t size = payload.size();
  const std::uint64_t key = advanced(std::uint64_t{mask} << 32 | mask, offset);
  std::uint64_t seen = 0;
  if (size < sizeof key) {
    char key_bytes[sizeof key];
    store(key_bytes, key);
    for (std::size_t at = 0; at < size; ++at) {
      begin[at] = static_cast<char>(begin[at] ^ key_bytes[at]);
      seen |= static_cast<unsigned char>(begin[at]);
    }
    return content_of(seen);
  }
  // The last word overlaps the one before: it is read before that is written.
  char* const tail = begin + size - sizeof key;
  const std::uint64_t last = load(tail) ^ advanced(key, size);
  for (char* at = begin; at < tail; at += sizeof key) {
    const std::uint64_t word = load(at) ^ key;
    seen |= word;
    store(at, word);
  }
  store(tail, last);
  return content_of(seen | last);
}

}  // namespace sidewire::websocket
