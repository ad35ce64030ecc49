#include "codec/writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "base/base64.hpp"
#include "base/utf8.hpp"

namespace sidewire::codec {

namespace {

constexpr std::size_t number_room = 32;

template <class Number>
void write_number(base::buffer& out, Number value) {
  char* const begin = out.prepare(number_room);
  const auto written = std::to_chars(begin, begin + number_room, value);
  out.commit(static_cast<std::size_t>(written.ptr - begin));
}

constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t code = 0; code < 0x20; ++code) table[code] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && !needs_escape[static_cast<unsigned char>(text[at])]) ++at;
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
  std::isfinite(value) ? write_number(out_, value) : null();
}
void json_writer::number(float value) {
  std::isfinite(value) ? write_number(out_, value) : null();
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
  std::isfinite(value) ? static_cast<void>(packer_.pack_double(value)) : null();
}
void msgpack_writer::number(float value) {
  std::isfinite(value) ? static_cast<void>(packer_.pack_float(value)) : null();
}

void msgpack_writer::string(std::string_view text) {
  if (!base::is_valid_utf8(text)) return string(mended(text));
  packer_.pack_str(static_cast<std::uint32_t>(text.size()));
  packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

void msgpack_writer::binary(std::string_view bytes) {
  packer_.pack_bin(static_cast<std::uint32_t>(bytes.size()));
  packer_.pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

}  // namespace sidewire::codec
