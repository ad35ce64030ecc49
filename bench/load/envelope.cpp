#include "load/envelope.hpp"

#include <charconv>
#include <stdexcept>

#include "load/requests.hpp"

namespace sidewire::bench {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  throw std::runtime_error{concat({"no envelope: ", text.substr(0, 300)})};
}

/// The length of the object or array at the front of `text`; 0 where it doesn't end.
std::size_t element_bytes(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '"':
        while (++at < text.size() && text[at] != '"') at += text[at] == '\\' ? 1 : 0;
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
  }
  return 0;
}

}  // namespace

envelope read_envelope(std::string_view text) {
  constexpr std::string_view messages = R"("messages":[)";
  constexpr std::string_view first = R"("first":)";
  envelope result;
  const std::size_t begin = text.find(messages);
  if (begin == std::string_view::npos || !text.ends_with('}')) refuse(text);
  if (const std::size_t at = text.substr(0, begin).find(first); at != std::string_view::npos) {
    const std::string_view digits = text.substr(at + first.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), result.first);
  }
  std::string_view rest = text.substr(begin + messages.size());
  while (!rest.starts_with(']')) {
    const bool opens = rest.starts_with('{') || rest.starts_with('[');
    const std::size_t size = opens ? element_bytes(rest) : 0;
    if (size == 0) refuse(text);
    result.messages.push_back(rest.substr(0, size));
    rest.remove_prefix(size);
    if (rest.starts_with(',')) rest.remove_prefix(1);
  }
  return result;
}

std::string first_envelope(std::string_view message) {
  return concat({R"({"first":1,"messages":[)", message, R"(],"received":0})"});
}

std::string acknowledging_envelope(std::uint64_t received) {
  return concat({R"({"received":)", std::to_string(received), "}"});
}

}  // namespace sidewire::bench
