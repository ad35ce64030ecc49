#include "transports/http/poll_link.hpp"

#include <utility>

#include "codec/message.hpp"
#include "negotiate/transport.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::http {

namespace {

namespace codes = protocol::close_code;
namespace method = session::method;

/// What one answer holds at most, but for its last message.
constexpr std::size_t max_answer_bytes = std::size_t{1024} * 1024;

}  // namespace

poll_link::poll_link(session::store& sessions, std::function<void(poll_link&)> over)
    : sessions_{sessions}, over_{std::move(over)} {}

poll_link::~poll_link() {
  if (session_ != nullptr) sessions_.detach(*session_);
}

void poll_link::opened(session::session& made) {
  session_ = &made;
  answer_soon();
}

poll_link::verdict poll_link::follow(held_poll& next, std::uint64_t received,
                                     base::time_point until) {
  if (received > session_->sent().ever_written()) return verdict::never_sent;
  if (received < session_->sent().acknowledged()) return verdict::late;
  if (held_ != nullptr) answer();
  session_->heard(sessions_.shared().now());
  session_->acknowledge(received);
  envelope_.clear();
  held_ = &next;
  sessions_.shared().timers.set(timer_, until);
  // What was answered before and is not acknowledged goes once more.
  session_->attach(*this);
  return verdict::held;
}

void poll_link::give_up(const held_poll& left) {
  if (held_ != &left) return;
  held_ = nullptr;
  envelope_.clear();
  if (is_over_) return;
  rpc::environment& shared = sessions_.shared();
  shared.timers.set(timer_, shared.now() + 2 * shared.limits.heartbeat);
}

bool poll_link::takes_messages() const noexcept {
  return held_ != nullptr && !is_over_ && envelope_.size_bytes() < max_answer_bytes;
}

void poll_link::send(std::uint64_t number, format as, std::string_view message) {
  envelope_.add(number, as, message);
  answer_soon();
}

void poll_link::send_control(std::string_view method, const type_description* type,
                             const void* params) {
  if (held_ == nullptr) return;
  base::buffer message;
  sidewire::codec::write_notification(message, format::json, method, type, params);
  envelope_.add_control(message.view());
  answer_soon();
}

/// Together with whatever else this turn brings. A server that ends waits for the calls' answers.
void poll_link::answer_soon() {
  if (held_ == nullptr || session_ == nullptr) return;
  if (is_draining_ && session_->has_calls()) return;
  sessions_.shared().timers.set(timer_, sessions_.shared().now());
}

void poll_link::answer() {
  held_poll* const answered = std::exchange(held_, nullptr);
  if (answered == nullptr) return;
  base::buffer text;
  envelope_.finish(text, session_ == nullptr ? 0 : session_->received());
  if (session_ != nullptr) session_->told_received();
  answered->answer(text.view());
}

void poll_link::time_is_up(base::time_point now) {
  if (held_ == nullptr) return leave(codes::no_sign_of_life, "no poll came");
  answer();
  if (is_draining_) return leave(codes::going_away, "the server ends");
  rpc::environment& shared = sessions_.shared();
  shared.timers.set(timer_, now + 2 * shared.limits.heartbeat);
}

void poll_link::close(std::uint16_t code, std::string_view reason) {
  const std::uint64_t received = session_ == nullptr ? 0 : session_->received();
  session_ = nullptr;
  if (std::exchange(is_over_, true)) return;
  timer_.cancel();
  if (held_ != nullptr) {
    notify(method::closed, session::closed_params{.code = code, .reason = std::string{reason}});
    base::buffer text;
    envelope_.finish(text, received);
    std::exchange(held_, nullptr)->answer(text.view());
  }
  over_(*this);
}

void poll_link::leave(std::uint16_t code, std::string_view reason) {
  session::session* const left = std::exchange(session_, nullptr);
  if (left != nullptr) sessions_.leave(*left, code);
  close(code, reason);
}

void poll_link::drain(std::chrono::milliseconds patience) {
  is_draining_ = true;
  notify(method::draining, session::draining_params::within(patience));
}

void poll_link::drain_deadline() {
  if (session_ == nullptr) return;
  const error reason{error_kind::request_cancelled, "the server ends"};
  session_->end_calls(&reason);
  if (session_ != nullptr) leave(codes::going_away, "the server ends");
}

void poll_link::calls_ended() {
  if (is_draining_) answer_soon();
}

session::link_facts poll_link::facts() const {
  return {.transport = negotiate::name_of(negotiate::transport::poll),
          .address = held_ == nullptr ? std::string{} : held_->address()};
}

}  // namespace sidewire::http
