#pragma once

#include <string_view>

namespace sidewire::base {

/// The text of header values (RFC 9110, 5.6).

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
/// Whether two texts are the same, ASCII letters in either case.
bool same_text(std::string_view left, std::string_view right) noexcept;
/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text) noexcept;
/// Whether it is a token: at least one letter, digit or mark.
bool is_token(std::string_view text) noexcept;
/// Takes what stands before the next `separator` outside of quotes off `rest`, and the separator.
std::string_view take_until(std::string_view& rest, char separator) noexcept;
/// Takes the next element off a comma-separated list; empty at its end. Empty elements are skipped.
std::string_view take_element(std::string_view& list) noexcept;

}  // namespace sidewire::base
