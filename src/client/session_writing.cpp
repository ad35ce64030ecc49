#include <algorithm>
#include <string>
#include <utility>

#include "base/version.hpp"
#include "client/session.hpp"
#include "codec/message.hpp"

/// What a session writes: its own messages first, then what the server lacks of an earlier
/// connection, then what was never written.
namespace sidewire::client {

namespace {

namespace method = session::method;

error too_large(std::size_t max_bytes) {
  error made{error_kind::request_too_large,
             "the server takes messages of at most " + std::to_string(max_bytes) + " bytes"};
  made.limit("maxMessageBytes");
  return made;
}

exchange_id exchange_of(const shared_message& message) {
  return message->exchange;
}

}  // namespace

template <class Params>
shared_message client_session::control(std::string_view method, const Params& params) const {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = asked_.written_as;
  codec::write_notification(made->text, made->written_as, method, &describe<Params>(), &params);
  return made;
}

shared_message client_session::control(std::string_view method) const {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = asked_.written_as;
  codec::write_notification(made->text, made->written_as, method, nullptr, nullptr);
  return made;
}

shared_message client_session::write_open() const {
  session::open_params params;
  params.client = asked_.client;
  if (!asked_.token.empty()) params.token = asked_.token;
  params.formats = {asked_.written_as == format::json ? session::wire_format::json
                                                      : session::wire_format::msgpack};
  if (asked_.takes_requests) params.requests = true;
  if (!resume_token_.empty()) {
    params.resume_token = resume_token_;
    params.received = received_;
  }
  return control(method::open, params);
}

shared_message client_session::next() {
  if (state_ == state::disconnected) return nullptr;
  if (auto own = next_control()) return own;
  if (state_ != state::running) return nullptr;
  if (rewritten_count_ < sent_.size()) return sent_[rewritten_count_++];
  if (auto fresh = next_waiting()) return fresh;
  return std::exchange(end_due_, false) ? control(method::end) : nullptr;
}

shared_message client_session::next_control() {
  if (std::exchange(open_due_, false)) return write_open();
  if (std::exchange(pong_due_, false)) return control(method::pong);
  if (state_ != state::running || !std::exchange(ack_due_, false)) return nullptr;
  ack_time_ = time_point::max();
  told_received_ = received_;
  received_bytes_ = 0;
  return control(method::ack, session::ack_params{received_});
}

shared_message client_session::next_waiting() {
  while (true) {
    const auto next =
        is_draining_ ? std::ranges::find(waiting_, no_exchange, exchange_of) : waiting_.begin();
    if (next == waiting_.end()) return nullptr;
    shared_message message = std::move(*next);
    waiting_.erase(next);
    if (max_message_bytes_ != 0 && message->text.size() > max_message_bytes_) {
      user_.on_refused(message->exchange, too_large(max_message_bytes_));
      continue;
    }
    sent_.push_back(message);
    ++rewritten_count_;
    user_.on_first_written(message->exchange);
    return message;
  }
}

}  // namespace sidewire::client
