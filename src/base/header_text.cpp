#include "base/header_text.hpp"

#include <algorithm>

namespace sidewire::base {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Where `text` has `wanted` outside of quotes, or its end.
std::size_t find_outside_quotes(std::string_view text, char wanted) noexcept {
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && text[at] == wanted) {
      return at;
    }
  }
  return text.size();
}

}  // namespace

bool same_text(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view white_space = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
  return text.substr(0, text.find_last_not_of(white_space) + 1);
}

bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

std::string_view take_until(std::string_view& rest, char separator) noexcept {
  const std::string_view taken = rest.substr(0, find_outside_quotes(rest, separator));
  rest.remove_prefix(std::min(taken.size() + 1, rest.size()));
  return taken;
}

std::string_view take_element(std::string_view& list) noexcept {
  while (!list.empty()) {
    const std::string_view element = trimmed(take_until(list, ','));
    if (!element.empty()) return element;
  }
  return {};
}

}  // namespace sidewire::base
