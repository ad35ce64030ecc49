#include "transports/websocket/codec.hpp"

#include <algorithm>
#include <cassert>

#include "transports/websocket/close_code.hpp"
#include "transports/websocket/mask.hpp"

namespace sidewire::websocket {
namespace {

constexpr refusal invalid_utf8{close_code::invalid_payload, "invalid UTF-8"};

std::string_view as_text(std::span<const char> bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

}  // namespace

event codec::next(std::span<char> input, std::size_t& consumed) {
  consumed = 0;
  if (phase_ != phase::reading) [[unlikely]] {
    if (phase_ == phase::finished) {
      consumed = input.size();
      return {};
    }
    fragments_.reset();
    phase_ = phase::reading;
  }
  for (;;) {
    frame_header header;
    refusal reason;
    const std::span<char> rest = input.subspan(consumed);
    const header_status status = read_header(rest, context(), header, reason);
    if (status == header_status::refused) [[unlikely]] {
      return fail(reason);
    }
    if (status == header_status::incomplete) {
      wanted_bytes_ = rest.empty() ? 0 : header.bytes + header.payload_bytes;
      return {};
    }

    const auto there = std::min<std::size_t>(rest.size() - header.bytes, header.payload_bytes);
    assert(there >= unmasked_bytes_);
    const std::span<char> payload = rest.subspan(header.bytes, there);
    const std::span<char> fresh = payload.subspan(unmasked_bytes_);
    const text_content content = unmask(fresh, header.mask, unmasked_bytes_);
    if (!is_control(header.op) && !take_data(header.op, fresh, content)) [[unlikely]] {
      return fail(invalid_utf8);
    }
    if (there < header.payload_bytes) [[unlikely]] {
      unmasked_bytes_ = there;
      wanted_bytes_ = header.bytes + header.payload_bytes;
      return {};
    }

    unmasked_bytes_ = 0;
    wanted_bytes_ = 0;
    consumed += header.bytes + there;
    if (header.op == opcode::ping) return {.what = event::kind::ping, .payload = payload};
    if (header.op == opcode::pong) return {.what = event::kind::pong, .payload = payload};
    if (header.op == opcode::close) return finish_connection(payload);
    if (header.last) return finish_message(payload);
    keep_fragment(payload);
  }
}

frame_context codec::context() const noexcept {
  const std::size_t kept = fragments_ ? fragments_->size() : 0;
  return {.message_open = fragments_ != nullptr,
          .room_bytes = max_message_bytes_ - std::min(kept, max_message_bytes_)};
}

/// Bytes of a message, each once; false when they make a text impossible.
bool codec::take_data(opcode op, std::span<const char> fresh, text_content content) noexcept {
  if (op != opcode::continuation) {
    type_ = op == opcode::text ? message_kind::text : message_kind::binary;
  }
  if (type_ == message_kind::binary) return true;
  if (content == text_content::ascii && utf8_.complete()) return true;
  return utf8_.feed(as_text(fresh));
}

void codec::keep_fragment(std::span<const char> payload) {
  if (!fragments_) fragments_ = std::make_unique<base::buffer>();
  fragments_->prepare(payload.size());  // even of nothing: its padding must be readable
  fragments_->append(as_text(payload));
}

event codec::finish_message(std::span<char> payload) {
  if (!utf8_.complete()) return fail(invalid_utf8);
  if (fragments_) {
    keep_fragment(payload);
    payload = fragments_->bytes();
    phase_ = phase::delivered;
  }
  return {.what = event::kind::message, .type = type_, .payload = payload};
}

event codec::finish_connection(std::span<char> close_payload) noexcept {
  if (close_payload.size() == 1) return fail({close_code::protocol_error, "half a close code"});
  std::uint16_t code = close_code::none;
  std::string_view text;
  if (!close_payload.empty()) {
    code = static_cast<std::uint16_t>(static_cast<unsigned char>(close_payload[0]) << 8 |
                                      static_cast<unsigned char>(close_payload[1]));
    text = as_text(close_payload.subspan(2));
    if (!is_sendable_close_code(code)) {
      return fail({close_code::protocol_error, "invalid close code"});
    }
    if (!base::is_valid_utf8(text)) {
      return fail({close_code::invalid_payload, "invalid UTF-8 in the close reason"});
    }
  }
  end();
  return {.what = event::kind::closed, .close_code = code, .text = text};
}

event codec::fail(refusal reason) noexcept {
  end();
  return {.what = event::kind::violation, .close_code = reason.close_code, .text = reason.why};
}

void codec::end() noexcept {
  fragments_.reset();
  wanted_bytes_ = 0;
  phase_ = phase::finished;
}

}  // namespace sidewire::websocket
