#include "base/utf8.hpp"

#include <simdjson.h>

#include <algorithm>

namespace sidewire::base {
namespace {

/// How many bytes at the end of `text` begin a character that does not end there: 0 to 3.
std::size_t unfinished_bytes(std::string_view text) noexcept {
  const std::size_t reach = std::min<std::size_t>(text.size(), 3);
  for (std::size_t back = 1; back <= reach; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}

/// Most strings are names and words, for which a call into simdjson costs more than a look.
bool is_short_ascii(std::string_view text) noexcept {
  constexpr std::size_t max_short_bytes = 32;
  if (text.size() > max_short_bytes) return false;
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  return is_short_ascii(text) || simdjson::validate_utf8(text.data(), text.size());
}

bool utf8_validator::feed(std::string_view piece) noexcept {
  std::size_t at = 0;
  while (pending_ != 0 && at < piece.size()) {
    if (!take(static_cast<unsigned char>(piece[at++]))) return false;
  }
  piece.remove_prefix(at);
  const std::size_t whole_bytes = piece.size() - unfinished_bytes(piece);
  if (!is_valid_utf8(piece.substr(0, whole_bytes))) return false;
  for (const char byte : piece.substr(whole_bytes)) {
    if (!take(static_cast<unsigned char>(byte))) return false;
  }
  return true;
}

bool utf8_validator::take(unsigned char byte) noexcept {
  if (pending_ != 0) {
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --pending_;
  } else if (byte < 0x80) {
    return true;
  } else if (byte >= 0xC2 && byte <= 0xDF) {
    pending_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    pending_ = 2;
    if (byte == 0xE0) low_ = 0xA0;
    if (byte == 0xED) high_ = 0x9F;
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    pending_ = 3;
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;
  } else {
    return false;
  }
  return true;
}

}  // namespace sidewire::base
