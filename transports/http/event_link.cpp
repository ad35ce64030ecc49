#include "transports/http/event_link.hpp"

#include <algorithm>
#include <utility>

#include "codec/message.hpp"
#include "negotiate/transport.hpp"
#include "protocol/close_code.hpp"
#include "transports/http/event_writer.hpp"
#include "transports/http/session_request.hpp"
#include "transports/net/peer_address.hpp"

namespace sidewire::http {

namespace {

namespace codes = protocol::close_code;
namespace method = session::method;

}  // namespace

event_link::event_link(responder& to, site& where, const decision& made)
    : to_{to}, site_{where}, who_{made.who} {}

event_link::~event_link() {
  if (session_ != nullptr) site_.sessions.detach(*session_);
}

void event_link::begin(std::string&) {
  if (site_.draining) return to_.refuse(503, "the server ends");
  const auto asked = read_open_params(to_.request());
  if (!asked) return to_.refuse(400, asked.error().message());
  const auto opened = site_.sessions.open(*asked, facts_of(*asked), who_, *this);
  if (const auto* refused = std::get_if<session::store::refusal>(&opened)) {
    return to_.refuse(status_of_close(refused->code), refused->reason);
  }
  if (const auto* other = std::get_if<session::store::elsewhere>(&opened)) {
    return to_.move_to(other->shard);
  }
  session_ = std::get<session::session*>(opened);
  opened_ = to_.channel().shared().now();
  watch_life();
}

void event_link::begin_events() {
  if (std::exchange(has_begun_, true)) return;
  to_.begin_stream(event_stream_head());
  base::buffer beginning;
  write_stream_begin(beginning);
  to_.write_part(beginning.view());
}

void event_link::write(const base::buffer& events) {
  begin_events();
  last_sent_ = to_.channel().shared().now();
  to_.write_part(events.view());
}

void event_link::send(std::uint64_t number, format as, std::string_view message) {
  base::buffer_pool& buffers = to_.channel().shared().buffers();
  base::buffer event = buffers.take();
  write_message_event(event, number, as, message);
  write(event);
  buffers.give_back(std::move(event));
}

void event_link::send_control(std::string_view method, const type_description* type,
                              const void* params) {
  base::buffer_pool& buffers = to_.channel().shared().buffers();
  base::buffer message = buffers.take();
  sidewire::codec::write_notification(message, format::json, method, type, params);
  base::buffer event = buffers.take();
  write_message_event(event, std::nullopt, format::json, message.view());
  write(event);
  buffers.give_back(std::move(event));
  buffers.give_back(std::move(message));
}

void event_link::close(std::uint16_t code, std::string_view reason) {
  session_ = nullptr;
  if (std::exchange(is_over_, true)) return;
  life_.cancel();
  notify(method::closed, session::closed_params{.code = code, .reason = std::string{reason}});
  to_.end_stream();
}

void event_link::leave(std::uint16_t code, std::string_view reason) {
  session::session* const left = std::exchange(session_, nullptr);
  if (left != nullptr) site_.sessions.leave(*left, code);
  close(code, reason);
}

void event_link::on_room() {
  if (session_ != nullptr) session_->link_has_room();
}

void event_link::on_half_close() {
  peer_ended_ = true;
  if (!is_over_) check_life(to_.channel().shared().now());
}

void event_link::on_drain(std::chrono::milliseconds patience) {
  if (session_ == nullptr) return;
  notify(method::draining, session::draining_params::within(patience));
  is_draining_ = true;
  end_if_drained();
}

void event_link::on_drain_deadline() {
  if (session_ == nullptr) return;
  const error reason{error_kind::request_cancelled, "the server ends"};
  session_->end_calls(&reason);
  if (session_ != nullptr) leave(codes::going_away, "the server ends");
}

void event_link::calls_ended() {
  end_if_drained();
}

session::link_facts event_link::facts() const {
  return {.transport = negotiate::name_of(negotiate::transport::sse),
          .address = net::to_string(to_.channel().peer())};
}

void event_link::end_if_drained() {
  if (is_draining_ && session_ != nullptr && !session_->has_calls()) {
    leave(codes::going_away, "the server ends");
  }
}

/// Asks for a sign of life whenever nothing was heard or said for an interval.
void event_link::watch_life() {
  net::host& shared = to_.channel().shared();
  const auto interval = shared.limits().heartbeat;
  const auto heard = std::max(opened_, session_->last_heard());
  const bool is_asked = last_sent_ >= heard + interval;
  const auto silent = heard + (is_asked ? 2 : 1) * interval;
  auto next = std::min(silent, last_sent_ + interval);
  if (peer_ended_) next = std::min<base::time_point>(next, last_sent_ + probe_delay);
  shared.timers().set(life_, next);
}

void event_link::check_life(base::time_point now) {
  const auto interval = to_.channel().shared().limits().heartbeat;
  if (now - std::max(opened_, session_->last_heard()) >= 2 * interval) {
    return leave(codes::no_sign_of_life, "no message and no pong");
  }
  notify(method::ping);
  watch_life();
}

}  // namespace sidewire::http
