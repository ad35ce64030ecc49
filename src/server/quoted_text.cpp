#include "server/quoted_text.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace sidewire::server {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

void append_escape(std::string& out, unsigned char c) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += hexadecimal[c >> 4];
  out += hexadecimal[c & 0xF];
}

/// The bytes of the character that `text` begins with, or 0 where it begins with none.
std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return bytes <= text.size() && base::is_valid_utf8(text.substr(0, bytes)) ? bytes : 0;
}

void append_escaped(std::string& out, std::string_view text, std::string_view also_escaped) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t bytes = character_bytes(text);
    // U+0080 to U+009F are control characters too: C1, which terminals obey.
    const bool is_c1 = bytes == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (bytes == 0) {
      out += replacement;
    } else if (first < 0x20 || first == 0x7F) {
      append_escape(out, first);
    } else if (is_c1) {
      append_escape(out, static_cast<unsigned char>(text[1]));
    } else {
      if (also_escaped.find(text.front()) != std::string_view::npos) out += '\\';
      out += text.substr(0, bytes);
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text, "\"\\");
  out += '"';
}

std::string quoted_text(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

void append_printable(std::string& out, std::string_view text) {
  append_escaped(out, text, "");
}

}  // namespace sidewire::server
