#include "codec/msgpack_scanner.hpp"

#include <cstddef>
#include <cstdint>

namespace sidewire::codec {

namespace {

std::uint64_t big_endian(const char* at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < size; ++index) {
    value = value << 8 | static_cast<unsigned char>(at[index]);
  }
  return value;
}

/// What one head byte announces.
struct item {
  std::size_t size_bytes;       // head, length and payload, without what it contains
  std::uint64_t contained = 0;  // values within
};

item read_item(const char* at) {
  const auto head = static_cast<unsigned char>(*at);
  if (head <= 0x7F || head >= 0xE0) return {1};       // fixint
  if (head <= 0x8F) return {1, 2U * (head & 0x0FU)};  // fixmap
  if (head <= 0x9F) return {1, head & 0x0FU};         // fixarray
  if (head <= 0xBF) return {1U + (head & 0x1FU)};     // fixstr
  const auto sized = [at](std::size_t length) {       // bin, str
    return item{1 + length + big_endian(at + 1, length)};
  };
  switch (head) {
    case 0xC4:
    case 0xD9:
      return sized(1);
    case 0xC5:
    case 0xDA:
      return sized(2);
    case 0xC6:
    case 0xDB:
      return sized(4);
    case 0xCC:
    case 0xD0:
      return {2};  // 8-bit integer
    case 0xCD:
    case 0xD1:
      return {3};
    case 0xCA:
    case 0xCE:
    case 0xD2:
      return {5};  // float 32 as well
    case 0xCB:
    case 0xCF:
    case 0xD3:
      return {9};  // float 64 as well
    case 0xDC:
      return {3, big_endian(at + 1, 2)};  // array 16
    case 0xDD:
      return {5, big_endian(at + 1, 4)};
    case 0xDE:
      return {3, 2 * big_endian(at + 1, 2)};  // map 16
    case 0xDF:
      return {5, 2 * big_endian(at + 1, 4)};
    default:
      return {1};  // nil, false, true
  }
}

}  // namespace

void msgpack_scanner::enter() {
  at_ += read_item(at_).size_bytes;
}

std::string_view msgpack_scanner::take_value() {
  const char* const begin = at_;
  for (std::uint64_t left = 1; left != 0; --left) {
    const item here = read_item(at_);
    at_ += here.size_bytes;
    left += here.contained;
  }
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

}  // namespace sidewire::codec
