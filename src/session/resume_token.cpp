#include "session/resume_token.hpp"

#include <charconv>

namespace sidewire::session {

namespace {

/// Takes the text up to the next dot off the front.
std::optional<std::string_view> take_part(std::string_view& text) noexcept {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  const std::string_view part = text.substr(0, dot);
  text.remove_prefix(dot + 1);
  return part;
}

template <class Number>
bool read_number(std::optional<std::string_view> text, Number& into) noexcept {
  if (!text) return false;
  const char* const end = text->data() + text->size();
  const auto [stopped, failed] = std::from_chars(text->data(), end, into);
  return failed == std::errc{} && stopped == end;
}

}  // namespace

std::optional<resume_token> parse_resume_token(std::string_view text) noexcept {
  resume_token token;
  const auto instance = take_part(text);
  if (!instance) return std::nullopt;
  token.instance = *instance;
  if (!read_number(take_part(text), token.shard)) return std::nullopt;
  if (!read_number(take_part(text), token.number)) return std::nullopt;
  if (text.empty()) return std::nullopt;
  token.secret = text;
  return token;
}

std::string session_name(std::string_view instance, std::size_t shard, std::uint64_t number) {
  std::string name{instance};
  name += '.';
  name += std::to_string(shard);
  name += '.';
  name += std::to_string(number);
  return name;
}

bool same_secret(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t at = 0; at != left.size(); ++at) {
    difference |= static_cast<unsigned char>(left[at]) ^ static_cast<unsigned char>(right[at]);
  }
  return difference == 0;
}

}  // namespace sidewire::session
