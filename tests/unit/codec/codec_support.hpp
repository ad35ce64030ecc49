#pragma once

#include <cstddef>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "codec/encode.hpp"
#include "codec/reader.hpp"

/// Texts in and out of both formats, for tests that read like tables.

namespace sidewire::codec::test {

/// A text with the readable bytes behind it that a reader wants.
inline base::buffer padded(std::string_view text) {
  base::buffer bytes;
  bytes.append(text);
  bytes.prepare(0);
  return bytes;
}

/// "81-a1-61-01" as bytes.
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 3) {
    bytes.push_back(static_cast<char>(std::stoi(std::string{hex.substr(at, 2)}, nullptr, 16)));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    if (!hex.empty()) hex += '-';
    hex += digits[static_cast<unsigned char>(byte) >> 4];
    hex += digits[static_cast<unsigned char>(byte) & 0xF];
  }
  return hex;
}

/// A value written in the other format, or as it is.
inline std::string transcoded(std::string_view text, format from, format to) {
  base::buffer out;
  encode(out, to, json_view{text, from});
  return std::string{out.view()};
}
inline std::string packed(std::string_view json_text) {
  return transcoded(json_text, format::json, format::msgpack);
}
inline std::string unpacked(std::string_view bytes) {
  return transcoded(bytes, format::msgpack, format::json);
}

template <class T>
std::string encoded(const T& value, format as = format::json) {
  base::buffer out;
  encode(out, as, value);
  return std::string{out.view()};
}

/// What a reader says of a text: "accepted", or its error.
inline std::string verdict(std::string_view text, format written_as, std::size_t max_depth = 256) {
  const base::buffer bytes = padded(text);
  reader reading{max_depth};
  const auto outcome = reading.read(bytes.view(), written_as);
  if (outcome) return "accepted";
  std::string said{name_of(outcome.error().kind())};
  if (outcome.error().limit()) said += " " + *outcome.error().limit();
  return said;
}

}  // namespace sidewire::codec::test
