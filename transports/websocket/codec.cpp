#include "transports/websocket/codec.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "transports/websocket/close_code.hpp"
#include "transports/websocket/mask.hpp"

namespace sidewire::websocket {
namespace {

constexpr refusal invalid_utf8{close_code::invalid_payload, "invalid UTF-8"};
constexpr refusal broken_stream{close_code::invalid_payload, "no DEFLATE stream"};
constexpr refusal inflates_to_too_much{close_code::message_too_big, "message too big"};

std::string_view as_text(std::span<const char> bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

}  // namespace

void codec::compress(std::unique_ptr<permessage_deflate> agreed) noexcept {
  deflate_ = std::move(agreed);
  forbidden_bits_ = reserved_bits & ~compressed_bit;
}

std::unique_ptr<permessage_deflate> codec::take_compression() noexcept {
  assert(!message_open_ && unmasked_bytes_ == 0);
  if (deflate_) deflate_->forget_message();
  forbidden_bits_ = reserved_bits;
  return std::move(deflate_);
}

event codec::next(std::span<char> input, std::size_t& consumed) {
  consumed = 0;
  if (phase_ != phase::reading) [[unlikely]] {
    if (phase_ == phase::finished) {
      consumed = input.size();
      return {};
    }
    fragments_.reset();
    if (deflate_) deflate_->forget_message();
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
    if (!is_control(header.op)) {
      const refusal* const fault = take_data(header, fresh, content);
      if (fault != nullptr) [[unlikely]]
        return fail(*fault);
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
  frame_context now{.message_open = message_open_,
                    .room_bytes = max_message_bytes_,
                    .forbidden_bits = forbidden_bits_};
  if (!message_open_) return now;
  const std::size_t kept = inflating_ ? deflate_->complete_bytes() : fragments_->size();
  if (inflating_) now.room_bytes = max_compressed_bytes(max_message_bytes_);
  now.room_bytes -= std::min(kept, now.room_bytes);
  return now;
}

/// Bytes of a message, each once; null unless they make it impossible.
const refusal* codec::take_data(const frame_header& header, std::span<const char> fresh,
                                text_content content) {
  if (header.op != opcode::continuation) {
    type_ = header.op == opcode::text ? message_kind::text : message_kind::binary;
    inflating_ = header.compressed;
  }
  if (inflating_) [[unlikely]]
    return inflate(fresh);
  if (type_ == message_kind::binary) return nullptr;
  if (content == text_content::ascii && utf8_.complete()) return nullptr;
  return utf8_.feed(as_text(fresh)) ? nullptr : &invalid_utf8;
}

const refusal* codec::inflate(std::span<const char> fresh) {
  const std::size_t known_bytes = deflate_->inflated().size();
  return judge_inflated(known_bytes, deflate_->inflate(as_text(fresh), max_message_bytes_));
}

const refusal* codec::finish_inflating() {
  const std::size_t known_bytes = deflate_->inflated().size();
  return judge_inflated(known_bytes, deflate_->finish_inflating(max_message_bytes_));
}

/// What was made before a fault is judged before the fault, so that it does not matter in which
/// pieces the bytes came.
const refusal* codec::judge_inflated(std::size_t known_bytes,
                                     permessage_deflate::outcome how) noexcept {
  const std::span<char> fresh = deflate_->inflated().subspan(known_bytes);
  if (type_ == message_kind::text && !utf8_.feed(as_text(fresh))) return &invalid_utf8;
  if (how == permessage_deflate::outcome::too_large) return &inflates_to_too_much;
  return how == permessage_deflate::outcome::broken ? &broken_stream : nullptr;
}

void codec::keep_fragment(std::span<const char> payload) {
  message_open_ = true;
  if (inflating_) return deflate_->count_complete(payload.size());
  if (!fragments_) fragments_ = std::make_unique<base::buffer>();
  fragments_->prepare(payload.size());  // even of nothing: its padding must be readable
  fragments_->append(as_text(payload));
}

event codec::finish_message(std::span<char> payload) {
  if (inflating_) [[unlikely]] {
    if (const refusal* const fault = finish_inflating()) return fail(*fault);
  }
  if (!utf8_.complete()) return fail(invalid_utf8);
  if (inflating_) [[unlikely]] {
    payload = deflate_->inflated();
    phase_ = phase::delivered;
  } else if (fragments_) {
    keep_fragment(payload);
    payload = fragments_->bytes();
    phase_ = phase::delivered;
  }
  message_open_ = false;
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
  deflate_.reset();
  wanted_bytes_ = 0;
  phase_ = phase::finished;
}

}  // namespace sidewire::websocket
