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

template <class Params>
shared_message written(format as, std::string_view method, const Params& params) {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = as;
  codec::write_notification(made->text, as, method, &describe<Params>(), &params);
  return made;
}

shared_message written(format as, std::string_view method) {
  const auto made = std::make_shared<outgoing_message>();
  made->written_as = as;
  codec::write_notification(made->text, as, method, nullptr, nullptr);
  return made;
}

/// Above this no more is gathered for one POST.
constexpr std::size_t usual_envelope_bytes = 1024 * 1024;

}  // namespace

client_session::client_session(session_request asked, session_user& user)
    : asked_{std::move(asked)},
      user_{user},
      ping_{written(asked_.written_as, method::ping)},
      ending_{written(asked_.written_as, method::end)} {}

session_opening client_session::opening() const {
  session::open_params params;
  params.client = asked_.client;
  if (!asked_.token.empty()) params.token = asked_.token;
  params.formats = {asked_.written_as == format::json ? session::wire_format::json
                                                      : session::wire_format::msgpack};
  if (asked_.takes_requests) params.requests = true;
  session_opening made{.written_as = asked_.written_as,
                       .client = asked_.client.name,
                       .takes_requests = asked_.takes_requests};
  if (asked_.client.version) made.client += '/' + *asked_.client.version;
  if (!resume_token_.empty()) {
    params.resume_token = made.resume_token = resume_token_;
    params.received = made.received = received_;
  }
  made.message = written(asked_.written_as, method::open, params);
  return made;
}

shared_message client_session::next() {
  if (state_ == state::disconnected) return nullptr;
  if (auto own = next_control()) return own;
  if (state_ != state::running) return nullptr;
  if (rewritten_count_ < sent_.size()) {
    shared_message again = sent_[rewritten_count_++];
    settle();
    return again;
  }
  if (const auto fresh = first_waiting(); fresh != waiting_.end()) {
    write_waiting(fresh);
    return sent_.back();
  }
  return std::exchange(end_due_, false) ? ending_ : nullptr;
}

shared_message client_session::next_control() {
  if (std::exchange(pong_due_, false)) return written(asked_.written_as, method::pong);
  if (state_ != state::running || !std::exchange(ack_due_, false)) return nullptr;
  return written(asked_.written_as, method::ack, session::ack_params{acknowledge_by_poll()});
}

std::optional<envelope> client_session::next_envelope() {
  if (state_ != state::running) return {};
  envelope made;
  std::size_t size = envelope_bytes;
  const auto add = [&made, &size](const shared_message& message) {
    made.messages.push_back(message);
    size += carried_bytes(*message);
  };
  const auto fits = [this, &made, &size](const outgoing_message& message) {
    const std::size_t bound = max_message_bytes_ == 0
                                  ? usual_envelope_bytes
                                  : std::min(usual_envelope_bytes, max_message_bytes_);
    return made.messages.empty() || size + carried_bytes(message) <= bound;
  };
  if (std::exchange(ping_due_, false)) add(ping_);
  if (std::exchange(pong_due_, false)) add(written(asked_.written_as, method::pong));
  posted_count_ = 0;
  while (rewritten_count_ < sent_.size() && fits(*sent_[rewritten_count_])) {
    if (made.first == 0) made.first = acknowledged_ + rewritten_count_ + 1;
    add(sent_[rewritten_count_++]);
  }
  while (rewritten_count_ == sent_.size()) {
    const auto fresh = first_waiting();
    if (fresh == waiting_.end() || !fits(**fresh)) break;
    write_waiting(fresh);
    ++posted_count_;
    if (made.first == 0) made.first = acknowledged_ + rewritten_count_;
    add(sent_.back());
  }
  const bool is_all = rewritten_count_ == sent_.size() && first_waiting() == waiting_.end();
  if (is_all && std::exchange(end_due_, false)) add(ending_);
  if (made.messages.empty() && !ack_due_) return {};
  made.received = acknowledge_by_poll();
  return made;
}

bool client_session::is_too_large(const outgoing_message& message) const {
  const std::size_t size =
      how_ == upward::messages ? message.text.size() : envelope_bytes + carried_bytes(message);
  return max_message_bytes_ != 0 && size > max_message_bytes_;
}

/// Tells of those that no server takes, and passes them over.
client_session::waiting_messages::iterator client_session::first_waiting() {
  while (true) {
    const auto next =
        is_draining_ ? std::ranges::find(waiting_, no_exchange, exchange_of) : waiting_.begin();
    if (next == waiting_.end() || !is_too_large(**next)) return next;
    const exchange_id refused = (*next)->exchange;
    waiting_.erase(next);
    user_.on_refused(refused, too_large(max_message_bytes_));
  }
}

void client_session::write_waiting(waiting_messages::iterator at) {
  shared_message message = std::move(*at);
  waiting_.erase(at);
  sent_.push_back(message);
  ++rewritten_count_;
  user_.on_first_written(message->exchange);
}

}  // namespace sidewire::client
