#include "codec/writer.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "base/base64.hpp"
#include "base/utf8.hpp"

namespace sidewire::codec {

namespace {

constexpr std::size_t number_room = 32;

template <class Number>
void write_number(base::buffer& out, Number value, auto... format) {
  char* const begin = out.prepare(number_room);
  const auto written = std::to_chars(begin, begin + number_room, value, format...);
  out.commit(static_cast<std::size_t>(written.ptr - begin));
}

/// In digits alone a number past 64 bits would look like an integer, which many refuse to read, and
/// a negative zero like one that has no sign.
template <class Float>
void write_finite(base::buffer& out, Float value) {
  constexpr Float past_integers = 9223372036854775808.0;
  if (value == 0 && std::signbit(value)) return out.append("-0.0");
  if (std::abs(value) < past_integers) return write_number(out, value);
  write_number(out, value, std::chars_format::scientific);
}

/// Eight bytes at once: each constant stands in every byte of a word.
constexpr std::uint64_t every_byte = 0x0101010101010101;
constexpr std::uint64_t high_bits = 0x80 * every_byte;

/// Whether one of a word's bytes is a control character, a quote or a backslash (RFC 8259, 7). Each
/// subtraction borrows into the high bit of a byte that is less than what is taken from it.
constexpr bool holds_escape(std::uint64_t word) {
  const std::uint64_t quote = word ^ '"' * every_byte;
  const std::uint64_t backslash = word ^ '\\' * every_byte;
  const std::uint64_t less =
      (word - 0x20 * every_byte) | (quote - every_byte) | (backslash - every_byte);
  return (less & ~word & high_bits) != 0;
}

constexpr bool needs_escape(char character) {
  return static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
}

/// How much of `text` goes into a JSON string as it is.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if (holds_escape(word)) break;
  }
  while (at < text.size() && !needs_escape(text[at])) ++at;
  return at;
}

void write_escape(base::buffer& out, char character) {
  switch (character) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\b':
      out.append("\\b");
      return;
    case '\f':
      out.append("\\f");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  out.append("\\u00");
  out.push_back(digits[code >> 4]);
  out.push_back(digits[code & 0xF]);
}

void write_escaped(base::buffer& out, std::string_view text) {
  while (true) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    write_escape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

/// `text` with U+FFFD in place of every byte that belongs to no character.
std::string mended(std::string_view text) {
  std::string valid;
  base::utf8_validator check;
  std::size_t begin = 0;  // of the character under way
  for (std::size_t at = 0; at < text.size();) {
    if (check.feed(text.substr(at, 1))) {
      ++at;
      if (check.complete()) {
        valid.append(text.substr(begin, at - begin));
        begin = at;
      }
      continue;
    }
    check.reset();
    valid.append("\xEF\xBF\xBD");
    // The byte that did not fit may begin a character of its own.
    begin = at = at == begin ? at + 1 : at;
  }
  if (begin != text.size()) valid.append("\xEF\xBF\xBD");
  return valid;
}

}  // namespace

void json_writer::signed_integer(std::int64_t value) {
  write_number(out_, value);
}
void json_writer::unsigned_integer(std::uint64_t value) {
  write_number(out_, value);
}

void json_writer::number(double value) {
  std::isfinite(value) ? write_finite(out_, value) : null();
}
void json_writer::number(float value) {
  std::isfinite(value) ? write_finite(out_, value) : null();
}

void json_writer::string(std::string_view text) {
  out_.push_back('"');
  if (base::is_valid_utf8(text)) {
    write_escaped(out_, text);
  } else {
    write_escaped(out_, mended(text));
  }
  out_.push_back('"');
}

void json_writer::binary(std::string_view bytes) {
  out_.push_back('"');
  const std::size_t size = base::base64_size(bytes.size());
  base::write_base64(out_.prepare(size), bytes);
  out_.commit(size);
  out_.push_back('"');
}

void msgpack_writer::number(double value) {
  if (!std::isfinite(value)) return null();
  write_float(0xCB, std::bit_cast<std::uint64_t>(value));
}
void msgpack_writer::number(float value) {
  if (!std::isfinite(value)) return null();
  write_float(0xCA, std::bit_cast<std::uint32_t>(value));
}

template <class Bits>
void msgpack_writer::write_float(unsigned char head, Bits bits) {
  char* room = out_.target.prepare(1 + sizeof(bits));
  *room++ = static_cast<char>(head);
  for (std::size_t shift = 8 * sizeof(bits); shift != 0; shift -= 8) {
    *room++ = static_cast<char>(bits >> (shift - 8));
  }
  out_.target.commit(1 + sizeof(bits));
}

void msgpack_writer::string(std::string_view text) {
  base::is_valid_utf8(text) ? plain_string(text) : plain_string(mended(text));
}

void msgpack_writer::plain_string(std::string_view text) {
  packer_.pack_str(static_cast<std::uint32_t>(text.size()));
  packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

void msgpack_writer::binary(std::string_view bytes) {
  packer_.pack_bin(static_cast<std::uint32_t>(bytes.size()));
  packer_.pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

}  // namespace sidewire::codec
