#pragma once

#include <cstddef>
#include <string_view>

namespace sidewire::base {

/// Whether `text` is valid UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view text) noexcept;

/// UTF-8 that arrives in pieces: says as soon as no continuation can make it valid. One a message
/// (RFC 6455, 8.1). Not thread-safe.
class utf8_validator {
 public:
  /// Takes the next piece; false once what came so far is the beginning of no valid text.
  bool feed(std::string_view piece) noexcept;
  /// Whether the text may end here: no character is unfinished.
  bool complete() const noexcept { return pending_ == 0; }
  void reset() noexcept { *this = {}; }

 private:
  bool take(unsigned char byte) noexcept;

  unsigned char pending_ = 0;  // continuation bytes still due
  unsigned char low_ = 0x80;   // bounds of the next one
  unsigned char high_ = 0xBF;
};

}  // namespace sidewire::base
