#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/buffer.hpp"
#include "base/utf8.hpp"
#include "transports/websocket/frame_header.hpp"
#include "transports/websocket/mask.hpp"
#include "transports/websocket/permessage_deflate.hpp"

namespace sidewire::websocket {

enum class message_kind : std::uint8_t { text, binary };

/// What the codec found next in the bytes given.
struct event {
  enum class kind : std::uint8_t {
    need_more,  ///< nothing complete is left
    message,    ///< `type`, `payload`
    ping,       ///< `payload`, to be sent back in a pong
    pong,       ///< `payload`
    closed,     ///< the peer's close frame: `close_code`, `text`
    violation,  ///< the connection is to be failed: `close_code`, `text`
  };

  kind what = kind::need_more;
  message_kind type{};
  /// closed: the peer's code, 1005 when it gave none. violation: the code to close with.
  std::uint16_t close_code = 0;
  /// Unmasked, and UTF-8 in a text message. `base::buffer::padding` bytes past its end are
  /// readable. Lies in the input or in the codec: valid until the input changes or `next` is
  /// called.
  std::span<char> payload{};
  /// closed: the peer's reason, UTF-8, with the lifetime of `payload`. violation: why, static text.
  std::string_view text{};
};

/// The receiving half of an RFC 6455 server, between the bytes of a stream and messages: reads
/// headers, unmasks, joins fragments, and holds every rule that a client can break. No I/O: the
/// connection reads, feeds, and answers what it is told. The sending half is `frame_writer.hpp`.
///
/// A frame that came whole is unmasked and handed out where it lies. Of a frame that came in part
/// each byte is unmasked and checked once, when it first appears; a text message fails at its first
/// impossible byte, whichever fragment it is in. Only fragments are copied, into memory that lasts
/// from the first of them until the message was handed out. A compressed message is inflated as
/// its bytes appear, and checked as what it inflates to.
///
/// After `closed` or `violation` whatever comes is dropped. Shard.
class codec {
 public:
  explicit codec(std::size_t max_message_bytes) noexcept : max_message_bytes_{max_message_bytes} {}

  /// Messages may be compressed from now on. Before the first byte.
  void compress(std::unique_ptr<permessage_deflate> agreed) noexcept;
  /// Null where it was not agreed on, and after the end.
  permessage_deflate* compression() const noexcept { return deflate_.get(); }
  /// Lets go of it, between messages, for a codec on another shard.
  std::unique_ptr<permessage_deflate> take_compression() noexcept;

  /// Takes the next event out of `input`, the stream's bytes from where the last call left off;
  /// `consumed` says how many of them are done with. Call until `need_more`. Then what was not
  /// consumed is the beginning of a frame, partly unmasked: keep it as it is now, wherever, and
  /// give it again, followed by more. `base::buffer::padding` bytes past the end of `input` must be
  /// readable; they are not written.
  event next(std::span<char> input, std::size_t& consumed);

  /// The size of the frame that `need_more` was said of, header included, as far as its header
  /// tells; 0 after any other event, and where not a byte of a frame is there. At most a header and
  /// the message limit, compressed a little more; still only a client's claim: memory should grow
  /// with what really arrives.
  std::size_t bytes_wanted() const noexcept { return wanted_bytes_; }

  /// Bounds a message, in all its fragments; judged from the frame's header (1009), and of a
  /// compressed one where it inflates to more. Holds at once, for an incomplete frame too.
  void set_max_message_bytes(std::size_t bytes) noexcept { max_message_bytes_ = bytes; }

 private:
  enum class phase : std::uint8_t {
    reading,
    delivered,  ///< memory of the codec was handed out and ends with the next call
    finished,   ///< closed or failed
  };

  frame_context context() const noexcept;
  const refusal* take_data(const frame_header& header, std::span<const char> fresh,
                           text_content content);
  const refusal* inflate(std::span<const char> fresh);
  const refusal* finish_inflating();
  const refusal* judge_inflated(std::size_t known_bytes, permessage_deflate::outcome how) noexcept;
  void keep_fragment(std::span<const char> payload);
  event finish_message(std::span<char> payload);
  event finish_connection(std::span<char> close_payload) noexcept;
  event fail(refusal reason) noexcept;
  void end() noexcept;

  std::size_t max_message_bytes_;
  std::size_t wanted_bytes_ = 0;
  std::size_t unmasked_bytes_ = 0;           // payload of the incomplete frame seen before
  std::unique_ptr<base::buffer> fragments_;  // of the message that is not yet complete
  std::unique_ptr<permessage_deflate> deflate_;
  base::utf8_validator utf8_;  // of the text message under way
  message_kind type_{};
  phase phase_ = phase::reading;
  std::uint8_t forbidden_bits_ = reserved_bits;
  bool message_open_ = false;  // a frame that does not end it has come whole
  bool inflating_ = false;     // the message under way is compressed
};

}  // namespace sidewire::websocket
