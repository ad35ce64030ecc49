#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "transports/websocket/frame_header.hpp"

/// What a client sends, in its bytes. A stream is the frames added up:
/// `first_fragment(opcode::text, "Hel") + ping("?") + last_fragment("lo")`.
namespace sidewire::websocket::client {

inline constexpr std::array<char, 4> default_mask{'\x37', '\xFA', '\x21', '\x3D'};
inline constexpr unsigned fin = 0x80;

/// `value` in `count` bytes, the highest first.
inline std::string number(std::uint64_t value, int count) {
  std::string bytes;
  while (count-- > 0) bytes += static_cast<char>(value >> (8 * count));
  return bytes;
}

/// The length field of a masked frame, in its shortest form.
inline std::string masked_length(std::uint64_t length) {
  if (length <= 125) return number(0x80 | length, 1);
  if (length <= 0xFFFF) return number(0x80 | 126, 1) + number(length, 2);
  return number(0x80 | 127, 1) + number(length, 8);
}

/// A masked frame with whatever first byte: FIN, reserved bits and opcode.
inline std::string raw_frame(unsigned first_byte, std::string_view payload,
                             std::array<char, 4> mask = default_mask) {
  std::string bytes = number(first_byte, 1) + masked_length(payload.size());
  bytes.append(mask.data(), mask.size());
  for (std::size_t at = 0; at < payload.size(); ++at) {
    bytes += static_cast<char>(payload[at] ^ mask[at % mask.size()]);
  }
  return bytes;
}

inline std::string frame(opcode op, std::string_view payload) {
  return raw_frame(fin | static_cast<unsigned>(op), payload);
}

inline std::string text(std::string_view payload) {
  return frame(opcode::text, payload);
}
inline std::string binary(std::string_view payload) {
  return frame(opcode::binary, payload);
}
inline std::string ping(std::string_view payload) {
  return frame(opcode::ping, payload);
}
inline std::string pong(std::string_view payload) {
  return frame(opcode::pong, payload);
}

inline std::string first_fragment(opcode op, std::string_view payload) {
  return raw_frame(static_cast<unsigned>(op), payload);
}
inline std::string fragment(std::string_view payload) {
  return raw_frame(static_cast<unsigned>(opcode::continuation), payload);
}
inline std::string last_fragment(std::string_view payload) {
  return frame(opcode::continuation, payload);
}

/// A message in fragments of `fragment_bytes`; the last may be shorter.
inline std::string fragmented(opcode op, std::string_view payload, std::size_t fragment_bytes) {
  if (payload.size() <= fragment_bytes) return frame(op, payload);
  std::string stream = first_fragment(op, payload.substr(0, fragment_bytes));
  payload.remove_prefix(fragment_bytes);
  for (; payload.size() > fragment_bytes; payload.remove_prefix(fragment_bytes)) {
    stream += fragment(payload.substr(0, fragment_bytes));
  }
  return stream + last_fragment(payload);
}

inline std::string close() {
  return frame(opcode::close, "");
}
inline std::string close(std::uint16_t code, std::string_view reason = {}) {
  return frame(opcode::close, number(code, 2) + std::string{reason});
}

}  // namespace sidewire::websocket::client
