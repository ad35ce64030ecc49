#include "transports/websocket/frame_writer.hpp"

#include <cassert>
#include <cstring>

#include "transports/websocket/close_code.hpp"

namespace sidewire::websocket {
namespace {

constexpr std::size_t max_close_reason_bytes = max_control_payload_bytes - 2;

constexpr std::size_t header_bytes(std::size_t payload_bytes) noexcept {
  return payload_bytes <= 125 ? 2 : payload_bytes <= 0xFFFF ? 4 : 10;
}

/// Writes `value` in network byte order.
void write_number(char* to, std::uint64_t value, std::size_t bytes) noexcept {
  for (std::size_t i = bytes; i-- > 0; value >>= 8) to[i] = static_cast<char>(value);
}

void write_header(char* to, opcode op, std::size_t payload_bytes, frame_form form) noexcept {
  const std::size_t bytes = header_bytes(payload_bytes);
  const unsigned rsv1 = form == frame_form::compressed ? compressed_bit : 0;
  to[0] = static_cast<char>(0x80 | rsv1 | static_cast<unsigned>(op));
  if (bytes == 2) {
    to[1] = static_cast<char>(payload_bytes);
  } else {
    to[1] = bytes == 4 ? 126 : 127;
    write_number(to + 2, payload_bytes, bytes - 2);
  }
}

/// The longest beginning of `text` within `max_bytes` that cuts no character in two.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t size = max_bytes;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

void write_frame(base::buffer& out, opcode op, std::string_view payload, frame_form form) {
  assert(!is_control(op) || payload.size() <= max_control_payload_bytes);
  const std::size_t bytes = header_bytes(payload.size());
  char* const to = out.prepare(bytes + payload.size());
  write_header(to, op, payload.size(), form);
  if (!payload.empty()) std::memcpy(to + bytes, payload.data(), payload.size());
  out.commit(bytes + payload.size());
}

void write_close(base::buffer& out, std::uint16_t code, std::string_view reason) {
  if (code == close_code::none) return write_frame(out, opcode::close, {});
  reason = cut_utf8(reason, max_close_reason_bytes);
  frame_writer frame{out, opcode::close};
  write_number(out.prepare(2), code, 2);
  out.commit(2);
  out.append(reason);
  frame.finish();
}

frame_writer::frame_writer(base::buffer& out, opcode op, std::size_t expected_payload_bytes)
    : out_{&out},
      begin_{out.size()},
      reserved_bytes_{header_bytes(expected_payload_bytes)},
      op_{op} {
  out.prepare(reserved_bytes_);
  out.commit(reserved_bytes_);
}

frame_writer::~frame_writer() {
  if (out_ != nullptr) out_->truncate(begin_);
}

void frame_writer::finish() {
  const std::size_t payload = payload_bytes();
  const std::size_t header = header_bytes(payload);
  if (header != reserved_bytes_) {
    if (header > reserved_bytes_) out_->prepare(header - reserved_bytes_);
    char* const frame = out_->data() + begin_;
    std::memmove(frame + header, frame + reserved_bytes_, payload);
    out_->truncate(begin_ + header + payload);
  }
  write_header(out_->data() + begin_, op_, payload, frame_form::plain);
  out_ = nullptr;
}

void frame_writer::finish_compressed(std::string_view compressed) {
  out_->truncate(begin_);
  write_frame(*out_, op_, compressed, frame_form::compressed);
  out_ = nullptr;
}

}  // namespace sidewire::websocket
