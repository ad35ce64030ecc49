#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "transports/websocket/close_code.hpp"

namespace sidewire::websocket {

/// RFC 6455, 5.2 and 11.8. The values in between are reserved.
enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

constexpr bool is_control(opcode op) noexcept {
  return static_cast<std::uint8_t>(op) >= 8;
}

inline constexpr std::size_t max_control_payload_bytes = 125;
/// First byte, length, mask.
inline constexpr std::size_t min_client_header_bytes = 2 + 4;

/// A frame's header as a client sends it: always masked.
struct frame_header {
  std::uint64_t payload_bytes = 0;               ///< 0 while the length has not arrived
  std::uint32_t mask = 0;                        ///< its four bytes in the order of the wire
  std::uint8_t bytes = min_client_header_bytes;  ///< of the header, as far as is known
  opcode op{};
  bool last = true;         ///< FIN: ends its message
  bool compressed = false;  ///< RSV1: begins a message of permessage-deflate (RFC 7692, 6)
};

/// RSV1 to RSV3 of a frame's first byte.
inline constexpr std::uint8_t reserved_bits = 0x70;
/// The one of them that permessage-deflate uses.
inline constexpr std::uint8_t compressed_bit = 0x40;

/// What the frames before allow the next one to be.
struct frame_context {
  bool message_open;       ///< fragments are waiting for their end
  std::size_t room_bytes;  ///< what a data frame may add until its message is too large
  /// The bits that no frame may have: those whose extension was not agreed on.
  std::uint8_t forbidden_bits = reserved_bits;
};

/// What a message of `bytes` may have when compressed: a little more, where it does not get
/// smaller.
constexpr std::size_t max_compressed_bytes(std::size_t bytes) noexcept {
  return bytes + bytes / 16 + 64;
}

/// Why the connection must be failed, and how (RFC 6455, 7.1.7). `why` is static text.
struct refusal {
  std::uint16_t close_code;
  std::string_view why;
};

enum class header_status : std::uint8_t { complete, incomplete, refused };

namespace detail {

/// What is wrong with a frame's first byte; empty where nothing is.
constexpr std::string_view first_byte_fault(unsigned char byte, frame_context context) noexcept {
  const auto op = static_cast<opcode>(byte & 0x0F);
  const bool last = (byte & 0x80) != 0;
  const bool message_open = context.message_open;
  if ((byte & reserved_bits) != 0) [[unlikely]] {
    const bool may_be_compressed = op == opcode::text || op == opcode::binary;
    if ((byte & context.forbidden_bits) != 0 || !may_be_compressed) return "reserved bit set";
  }
  if ((byte & 0x07) > 2) return "reserved opcode";
  if (is_control(op)) return last ? "" : "fragmented control frame";
  if (op == opcode::continuation) return message_open ? "" : "continuation of no message";
  return message_open ? "new message before the end of a fragmented one" : "";
}

/// A number in network byte order.
constexpr std::uint64_t read_number(std::span<const char> bytes) noexcept {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace detail

/// Reads the header at the front of `input`. Each byte is judged as soon as it is there and before
/// any later one, so that a bad header is refused early, and the same however it was cut.
/// `incomplete` leaves what is known in `header`; `refused` says why in `reason`. Inline because
/// each small message pays for it.
inline header_status read_header(std::span<const char> input, frame_context context,
                                 frame_header& header, refusal& reason) noexcept {
  const auto refuse = [&](std::string_view why, std::uint16_t code = close_code::protocol_error) {
    reason = {code, why};
    return header_status::refused;
  };
  if (input.empty()) return header_status::incomplete;
  const auto first = static_cast<unsigned char>(input[0]);
  const std::string_view fault = detail::first_byte_fault(first, context);
  if (!fault.empty()) return refuse(fault);
  header.op = static_cast<opcode>(first & 0x0F);
  header.last = (first & 0x80) != 0;
  header.compressed = (first & compressed_bit) != 0;

  if (input.size() < 2) return header_status::incomplete;
  const auto second = static_cast<unsigned char>(input[1]);
  if ((second & 0x80) == 0) return refuse("frame without a mask");
  std::uint64_t length = second & 0x7F;
  if (length > 125) {
    if (is_control(header.op)) return refuse("control frame too long");
    const std::size_t length_bytes = length == 126 ? 2 : 8;
    const std::uint64_t max_shorter = length == 126 ? 125 : 0xFFFF;
    header.bytes = static_cast<std::uint8_t>(min_client_header_bytes + length_bytes);
    if (input.size() < 2 + length_bytes) return header_status::incomplete;
    length = detail::read_number(input.subspan(2, length_bytes));
    if (length >> 63 != 0) return refuse("length beyond 63 bits");
    if (length <= max_shorter) return refuse("length not in its shortest form");
  }
  if (length > context.room_bytes && !is_control(header.op)) [[unlikely]] {
    if (!header.compressed || length > max_compressed_bytes(context.room_bytes)) {
      return refuse("message too big", close_code::message_too_big);
    }
  }
  header.payload_bytes = length;

  if (input.size() < header.bytes) return header_status::incomplete;
  std::memcpy(&header.mask, input.data() + header.bytes - sizeof header.mask, sizeof header.mask);
  return header_status::complete;
}

}  // namespace sidewire::websocket
