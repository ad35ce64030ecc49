#pragma once

#include <cstddef>
#include <cstdint>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "transports/websocket/frame_header.hpp"

namespace sidewire::websocket {

/// The sending half of a server's codec: unmasked frames (RFC 6455, 5.1), one a message, with the
/// shortest header. All functions append to `out`, and other frames may stand before them there.

/// Whether a frame's payload is a message, or what permessage-deflate made of one (RFC 7692, 6).
enum class frame_form : std::uint8_t { plain, compressed };

/// A whole frame. A control frame's payload is at most 125 bytes.
void write_frame(base::buffer& out, opcode op, std::string_view payload,
                 frame_form form = frame_form::plain);

/// A close frame. Without code for 1005; `reason` is UTF-8 and cut, between characters, to what a
/// control frame holds (123 bytes).
void write_close(base::buffer& out, std::uint16_t code, std::string_view reason);

/// A frame whose payload is written in place: whatever is appended to `out` while the writer lives
/// is the payload, and `finish` puts the header before it. Where the size turns out to need another
/// length form than the expected one, the payload is moved by the difference: nothing for a small
/// message, worth a good guess for one of 64 KiB and more. A writer that is not finished takes its
/// bytes back. `out` must outlive the writer, and nothing may be consumed from it meanwhile.
class frame_writer {
 public:
  explicit frame_writer(base::buffer& out, opcode op, std::size_t expected_payload_bytes = 0);
  ~frame_writer();
  frame_writer(const frame_writer&) = delete;
  frame_writer& operator=(const frame_writer&) = delete;

  /// Bytes of payload so far.
  std::size_t payload_bytes() const noexcept { return out_->size() - begin_ - reserved_bytes_; }
  format written_as() const noexcept {
    return op_ == opcode::text ? format::json : format::msgpack;
  }
  std::string_view payload() const noexcept {
    return out_->view().substr(begin_ + reserved_bytes_);
  }
  /// Once, at the end.
  void finish();
  /// Instead: sends `compressed`, which lies elsewhere, in place of the payload.
  void finish_compressed(std::string_view compressed);

 private:
  base::buffer* out_;
  std::size_t begin_;           // where in `out_` the frame begins
  std::size_t reserved_bytes_;  // for the header
  opcode op_;
};

}  // namespace sidewire::websocket
