#include "client/cli/json_syntax.hpp"

namespace sidewire::cli {

namespace {

constexpr std::size_t max_depth = 256;

/// Walks over one JSON text; every function answers null, or what is wrong at `at`.
struct walker {
  using problem = const char*;

  std::string_view text;
  std::size_t at = 0;

  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  void skip_space() {
    while (at < text.size() && std::string_view{" \t\r\n"}.find(text[at]) != std::string_view::npos)
      ++at;
  }
  bool skip_digits() {
    const std::size_t from = at;
    while (peek() >= '0' && peek() <= '9') ++at;
    return at != from;
  }

  problem value(std::size_t depth) {
    if (depth == max_depth) return "arrays and objects are nested too deeply";
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case '\'':
        return "strings stand in double quotes";
      case '\0':
        return at == text.size() ? "a value is missing" : "this is no value";
      default:
        return peek() == '-' || (peek() >= '0' && peek() <= '9') ? number() : word();
    }
  }

  problem object(std::size_t depth) {
    ++at;
    skip_space();
    if (take('}')) return nullptr;
    while (true) {
      skip_space();
      if (peek() == '}') return "a member is missing after the ','";
      if (peek() != '"') return "a name in double quotes is missing";
      if (problem wrong = string()) return wrong;
      skip_space();
      if (!take(':')) return "a ':' is missing after the name";
      skip_space();
      if (problem wrong = value(depth + 1)) return wrong;
      skip_space();
      if (take('}')) return nullptr;
      if (!take(',')) return "a ',' or '}' is missing";
    }
  }

  problem array(std::size_t depth) {
    ++at;
    skip_space();
    if (take(']')) return nullptr;
    while (true) {
      skip_space();
      if (peek() == ']') return "a value is missing after the ','";
      if (problem wrong = value(depth + 1)) return wrong;
      skip_space();
      if (take(']')) return nullptr;
      if (!take(',')) return "a ',' or ']' is missing";
    }
  }

  problem string() {
    const std::size_t begin = at++;
    while (!take('"')) {
      if (at == text.size()) {
        at = begin;
        return "this string has no end";
      }
      if (static_cast<unsigned char>(peek()) < 0x20) return "a control character must be escaped";
      if (take('\\')) {
        if (problem wrong = escape()) return wrong;
      } else {
        ++at;
      }
    }
    return nullptr;
  }

  problem escape() {
    if (!take('u')) {
      if (at == text.size() ||
          std::string_view{"\"\\/bfnrt"}.find(peek()) == std::string_view::npos)
        return "this is no escape: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
      ++at;
      return nullptr;
    }
    for (int digits = 0; digits < 4; ++digits, ++at) {
      if (std::string_view{"0123456789abcdefABCDEF"}.find(peek()) == std::string_view::npos ||
          at == text.size())
        return "\\u takes four hex digits";
    }
    return nullptr;
  }

  problem number() {
    take('-');
    if (take('0')) {
      if (peek() >= '0' && peek() <= '9') return "a number must not begin with 0";
    } else if (!skip_digits()) {
      return "a digit is missing";
    }
    if (take('.') && !skip_digits()) return "a digit is missing after the '.'";
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!skip_digits()) return "a digit is missing in the exponent";
    }
    return nullptr;
  }

  problem word() {
    for (const std::string_view known : {"true", "false", "null"}) {
      if (text.substr(at).starts_with(known)) {
        at += known.size();
        return nullptr;
      }
    }
    return "this is no value; strings stand in double quotes";
  }
};

}  // namespace

std::optional<syntax_problem> find_syntax_problem(std::string_view text) {
  walker walk{text};
  walk.skip_space();
  const char* message = walk.value(0);
  if (message == nullptr) {
    walk.skip_space();
    if (walk.at == text.size()) return {};
    message = "the value ends before this";
  }
  syntax_problem found{.message = message};
  for (const char c : text.substr(0, walk.at)) {
    ++found.column;
    if (c == '\n') {
      ++found.line;
      found.column = 1;
    }
  }
  return found;
}

}  // namespace sidewire::cli
