#include "transports/websocket/permessage_deflate.hpp"

#include <utility>

namespace sidewire::websocket {
namespace {

/// What every compressed message would end with, and does not on the wire (RFC 7692, 7.2.1).
constexpr std::string_view message_end{"\x00\x00\xFF\xFF", 4};

}  // namespace

base::inflater& permessage_deflate::incoming() {
  if (!inflater_) {
    inflater_ =
        agreed_.client_context == deflate_context::reset
            ? tools_->borrow_inflater()
            : std::make_unique<base::inflater>(base::deflate_form::raw, agreed_.client_window_bits);
  }
  return *inflater_;
}

permessage_deflate::outcome permessage_deflate::inflate(std::string_view payload,
                                                        std::size_t max_bytes) {
  using ended = base::inflater::outcome;
  base::inflater& stream = incoming();
  if (inflated_.capacity_bytes() == 0) inflated_ = tools_->buffers().take();
  inflated_.prepare(0);  // even of nothing the padding must be readable
  while (!payload.empty()) {
    const ended how = stream.inflate(payload, inflated_, max_bytes);
    if (how == ended::too_large) return outcome::too_large;
    if (how == ended::broken) return outcome::broken;
    if (how == ended::end) stream.reset();  // a last block that is not the last (7.2.3.4)
  }
  return outcome::fine;
}

permessage_deflate::outcome permessage_deflate::finish_inflating(std::size_t max_bytes) {
  const outcome last = inflate(message_end, max_bytes);
  if (last != outcome::fine) return last;
  if (!inflater_->is_between_blocks()) return outcome::broken;
  if (agreed_.client_context == deflate_context::reset) tools_->give_back(std::move(inflater_));
  return outcome::fine;
}

void permessage_deflate::forget_message() {
  complete_bytes_ = 0;
  if (inflated_.capacity_bytes() != 0) tools_->buffers().give_back(std::move(inflated_));
}

base::deflater& permessage_deflate::outgoing() {
  const int bits = agreed_.server_window_bits;
  if (agreed_.server_context == deflate_context::reset) return tools_->deflater(bits);
  if (!deflater_) deflater_ = std::make_unique<base::deflater>(base::deflate_form::raw, bits);
  return *deflater_;
}

std::string_view permessage_deflate::deflate(std::string_view message) {
  if (message.empty() || message.size() < tools_->min_message_bytes()) return {};
  base::buffer& out = tools_->scratch();
  const std::size_t max_bytes = message.size() - 1 + message_end.size();
  // Where it does not fit, the stream begins anew: the peer never sees this message's part of it.
  if (!outgoing().deflate(message, base::deflater::piece::flushed, out, max_bytes)) return {};
  return out.view().substr(0, out.size() - message_end.size());
}

}  // namespace sidewire::websocket
