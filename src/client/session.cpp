#include "client/session.hpp"

#include <algorithm>
#include <utility>

#include "codec/decode.hpp"
#include "codec/message.hpp"

namespace sidewire::client {

namespace {

namespace method = session::method;

/// The server is told what arrived after so many messages, or this long after the first of them.
constexpr std::uint64_t max_unacknowledged_count = 32;
constexpr std::chrono::milliseconds acknowledgement_delay{500};

std::chrono::milliseconds milliseconds(std::uint64_t count) {
  constexpr std::uint64_t longest = std::uint64_t{365} * 24 * 3600 * 1000;
  return std::chrono::milliseconds{std::min(count, longest)};
}

/// What both forms of `session.resumed` have in common and what only one of them has.
struct resumed_params {
  bool recovered = false;
  std::optional<std::uint64_t> received;
  std::optional<std::uint64_t> from;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(resumed_params, (), (recovered, received, from, reason))

template <class Params>
std::optional<Params> read(const codec::incoming& control) {
  Params params;
  if (!control.params || !codec::decode(*control.params, describe<Params>(), &params)) return {};
  return params;
}

error lost_because(std::string_view reason) {
  return error{error_kind::outcome_unknown,
               "the session was lost (" + std::string{reason} + "), a fresh one begins"};
}

}  // namespace

void client_session::connected(time_point now, upward how) {
  state_ = state::connected;
  how_ = how;
  ping_due_ = pong_due_ = ack_due_ = false;
  has_progressed_ = is_draining_ = false;
  rewritten_count_ = posted_count_ = 0;
  ack_time_ = silent_time_ = time_point::max();
  if (heartbeat_.count() != 0) silent_time_ = now + 2 * heartbeat_;
}

void client_session::disconnected(time_point now) {
  if (state_ == state::running) lost_time_ = now + resume_window_ + 2 * heartbeat_;
  state_ = state::disconnected;
  ping_due_ = pong_due_ = ack_due_ = false;
  ack_time_ = silent_time_ = time_point::max();
}

client_session::verdict client_session::take(codec::reader& message, std::size_t size_bytes,
                                             time_point now) {
  if (state_ == state::disconnected) return verdict::ignore;
  heard(now);
  if (!message.is_batch()) {
    codec::incoming single;
    message.read_single(single);
    if (single.kind == codec::incoming_kind::notification &&
        single.method.starts_with(method::prefix)) {
      return take_control(single, now);
    }
  }
  if (state_ != state::running) return broken();
  return count(size_bytes, now) ? verdict::hand_on : verdict::ignore;
}

void client_session::heard(time_point now) {
  if (heartbeat_.count() != 0) silent_time_ = now + 2 * heartbeat_;
}

bool client_session::expect(std::uint64_t number) {
  if (number == 0 || number > received_ + 1) return false;
  next_number_ = number;
  return true;
}

bool client_session::count(std::size_t size_bytes, time_point now) {
  has_progressed_ = true;
  if (next_number_++ <= received_) return false;
  ++received_;
  received_bytes_ += size_bytes;
  if (received_ - told_received_ >= max_unacknowledged_count ||
      received_bytes_ >= resume_buffer_bytes_ / 2) {
    ack_due_ = true;
  } else if (ack_time_ == time_point::max()) {
    ack_time_ = now + acknowledgement_delay;
  }
  return true;
}

client_session::verdict client_session::take_control(const codec::incoming& control,
                                                     time_point now) {
  if (control.method == method::ping) {
    pong_due_ = true;
    return verdict::ignore;
  }
  if (control.method == method::started) return take_started(control, now);
  if (control.method == method::resumed) return take_resumed(control, now);
  if (state_ == state::running) {
    if (control.method == method::ack) return take_ack(control);
    if (control.method == method::draining) return take_draining(control);
  }
  if (control.method == method::closed) return take_closed(control);
  return verdict::ignore;  // session.pong, and what a later server may tell beside
}

client_session::verdict client_session::take_started(const codec::incoming& control,
                                                     time_point now) {
  const auto told = read<session::started_params>(control);
  if (state_ != state::connected || !resume_token_.empty() || !told) return broken();
  start(*told);
  run(now);
  return verdict::ignore;
}

client_session::verdict client_session::take_resumed(const codec::incoming& control,
                                                     time_point now) {
  const auto told = read<resumed_params>(control);
  if (state_ != state::connected || resume_token_.empty() || !told) return broken();
  if (!told->recovered) {
    const auto fresh = read<session::started_params>(control);
    if (!fresh) return broken();
    lose(lost_because(told->reason.value_or("unknown")));
    start(*fresh);
  } else {
    const std::uint64_t from = told->from.value_or(received_ + 1);
    if (!told->received || !acknowledge(*told->received) || from == 0 || from > received_ + 1) {
      return broken();
    }
    next_number_ = from;
    told_received_ = received_;
    received_bytes_ = 0;
  }
  run(now);
  return verdict::ignore;
}

void client_session::start(const session::started_params& told) {
  resume_token_ = told.resume_token;
  heartbeat_ = milliseconds(told.heartbeat_ms);
  resume_window_ = milliseconds(told.resume_window_ms);
  resume_buffer_bytes_ = static_cast<std::size_t>(told.resume_buffer_bytes);
  max_message_bytes_ = static_cast<std::size_t>(told.limits.max_message_bytes);
  next_number_ = 1;
}

void client_session::run(time_point now) {
  state_ = state::running;
  lost_time_ = time_point::max();
  if (heartbeat_.count() != 0) silent_time_ = now + 2 * heartbeat_;
  user_.on_running();
}

client_session::verdict client_session::take_ack(const codec::incoming& control) {
  const auto told = read<session::ack_params>(control);
  if (!told) return broken();
  // The answer to a POST may have overtaken it.
  const bool may_be_late = how_ == upward::envelopes;
  if (told->received < acknowledged_ && !may_be_late) return broken();
  if (!envelope_taken(told->received)) return broken();
  has_progressed_ = true;
  return verdict::ignore;
}

client_session::verdict client_session::take_closed(const codec::incoming& control) {
  const auto told = read<session::closed_params>(control);
  if (!told) return broken();
  user_.on_server_closed(static_cast<std::uint16_t>(told->code), told->reason);
  return verdict::ignore;
}

client_session::verdict client_session::take_draining(const codec::incoming& control) {
  const auto told = read<session::draining_params>(control);
  if (!told) return broken();
  is_draining_ = true;
  user_.on_draining(milliseconds(told->retry_after_ms));
  return verdict::ignore;
}

/// Nothing can be concluded from such a server any more, so the session is given up with the
/// connection.
client_session::verdict client_session::broken() {
  if (!resume_token_.empty()) lose(lost_because("the server broke the protocol"));
  return verdict::end;
}

/// False for a number that was never sent, or less than was acknowledged already.
bool client_session::acknowledge(std::uint64_t number) {
  if (number < acknowledged_ || number - acknowledged_ > sent_.size()) return false;
  const auto count = static_cast<std::size_t>(number - acknowledged_);
  sent_.erase(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(count));
  rewritten_count_ -= std::min(rewritten_count_, count);
  acknowledged_ = number;
  server_has_ = std::max(server_has_, number);
  return true;
}

/// A POST of an earlier connection may bring the server what this one has not written yet. Where
/// numbers are not written down such messages go all the same, or the next would take their number.
void client_session::settle() {
  const std::uint64_t written = acknowledged_ + rewritten_count_;
  acknowledge(how_ == upward::messages ? std::min(server_has_, written) : server_has_);
}

bool client_session::envelope_taken(std::uint64_t received) {
  if (received > acknowledged_ + sent_.size()) return false;
  server_has_ = std::max(server_has_, received);
  settle();
  posted_count_ = std::min(posted_count_, sent_.size());
  return true;
}

bool client_session::envelope_refused(std::uint64_t received) {
  if (received < acknowledged_ || !envelope_taken(received)) return false;
  rewritten_count_ = 0;
  return true;
}

void client_session::envelope_lost() {
  rewritten_count_ = posted_count_ = 0;
}

void client_session::envelope_rejected() {
  for (; posted_count_ != 0; --posted_count_) {
    waiting_.push_front(std::move(sent_.back()));
    sent_.pop_back();
    rewritten_count_ = std::min(rewritten_count_, sent_.size());
    user_.on_unwritten(waiting_.front()->exchange);
  }
}

std::uint64_t client_session::acknowledge_by_poll() {
  ack_due_ = false;
  ack_time_ = time_point::max();
  told_received_ = received_;
  received_bytes_ = 0;
  return received_;
}

void client_session::lose(const error& reason) {
  auto never_written = std::exchange(waiting_, {});
  std::erase_if(never_written, [](const shared_message& message) { return message->is_answer; });
  sent_.clear();
  resume_token_.clear();
  acknowledged_ = server_has_ = received_ = told_received_ = 0;
  rewritten_count_ = posted_count_ = received_bytes_ = 0;
  ack_due_ = false;
  ack_time_ = lost_time_ = time_point::max();
  user_.on_lost(reason);
  // What is repeated may still have waited from the time before.
  std::erase_if(never_written, [this](const shared_message& message) {
    return std::ranges::find(waiting_, message) != waiting_.end();
  });
  waiting_.insert(waiting_.end(), never_written.begin(), never_written.end());
}

bool client_session::withdraw(exchange_id exchange) {
  return std::erase_if(waiting_, [exchange](const shared_message& message) {
           return message->exchange == exchange;
         }) != 0;
}

client_session::time_point client_session::next_time() const noexcept {
  if (state_ == state::disconnected) return lost_time_;
  return std::min(ack_time_, silent_time_);
}

bool client_session::on_time(time_point now) {
  if (state_ == state::disconnected) {
    if (lost_time_ <= now) lose(lost_because("no connection for longer than the server keeps it"));
    return true;
  }
  if (ack_time_ <= now) {
    ack_time_ = time_point::max();
    ack_due_ = true;
  }
  if (silent_time_ > now) return true;
  // So late, the program itself was busy, and what the server sent may lie unread.
  const bool is_late = now - silent_time_ > heartbeat_;
  silent_time_ = now + heartbeat_;
  return is_late;
}

}  // namespace sidewire::client
