#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sidewire::base {

/// Base64 with padding (RFC 4648, 4).
constexpr std::size_t base64_size(std::size_t byte_count) {
  return (byte_count + 2) / 3 * 4;
}
/// Writes base64_size(bytes.size()) characters to `out`.
void write_base64(char* out, std::string_view bytes) noexcept;
/// Nothing where `text` is not exactly one encoding: padding and unused bits are checked.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace sidewire::base
