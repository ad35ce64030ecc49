#include "codec/json_scanner.hpp"

#include <array>
#include <cstring>

namespace sidewire::codec {

namespace {

enum class mark : char { other, string, open, close };

constexpr auto marks = [] {
  std::array<mark, 256> table{};
  table['"'] = mark::string;
  table['['] = table['{'] = mark::open;
  table[']'] = table['}'] = mark::close;
  return table;
}();

}  // namespace

std::string_view json_scanner::take_value() {
  skip_space();
  const char* const begin = at_;
  switch (marks[static_cast<unsigned char>(*at_)]) {
    case mark::string:
      skip_string();
      break;
    case mark::open:
      skip_container();
      break;
    default:
      skip_scalar();
      break;
  }
  const std::string_view value{begin, static_cast<std::size_t>(at_ - begin)};
  skip_space();
  if (at_ != end_ && *at_ == ',') ++at_;
  return value;
}

std::string_view json_scanner::take_last() {
  skip_space();
  const char* const begin = at_;
  at_ = end_ - 1;  // the bracket
  while (is_space(at_[-1])) --at_;
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

void json_scanner::skip_name() {
  skip_space();
  skip_string();
  skip_space();
  ++at_;
}

void json_scanner::skip_string() {
  for (++at_;;) {
    at_ = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    const char* escape = at_;
    while (escape[-1] == '\\') --escape;
    ++at_;
    // A quote behind an even number of backslashes ends the string; its opening quote ends the run.
    if ((at_ - 1 - escape) % 2 == 0) return;
  }
}

void json_scanner::skip_container() {
  for (std::size_t depth = 0;;) {
    switch (marks[static_cast<unsigned char>(*at_)]) {
      case mark::string:
        skip_string();
        break;
      case mark::open:
        ++depth;
        ++at_;
        break;
      case mark::close:
        ++at_;
        if (--depth == 0) return;
        break;
      case mark::other:
        ++at_;
        break;
    }
  }
}

void json_scanner::skip_scalar() {
  while (at_ != end_ && *at_ != ',' && *at_ != ']' && *at_ != '}' && !is_space(*at_)) ++at_;
}

}  // namespace sidewire::codec
