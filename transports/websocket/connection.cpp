#include "transports/websocket/connection.hpp"

#include <utility>

#include "protocol/close_code.hpp"
#include "pubsub/hub.hpp"
#include "transports/websocket/close_code.hpp"

namespace sidewire::websocket {
namespace {

opcode opcode_of(format as) noexcept {
  return as == format::json ? opcode::text : opcode::binary;
}

}  // namespace

connection::connection(net::channel& channel, rpc::dispatcher& dispatcher,
                       std::shared_ptr<const principal> who)
    : channel_{channel},
      dispatcher_{dispatcher},
      codec_{who ? channel.shared().limits().max_message_bytes
                 : channel.shared().limits().max_unauthenticated_bytes} {
  if (who) {
    rpc::caller::authenticated(std::move(who));
    watch_life();
  } else {
    net::host& shared = channel.shared();
    shared.timers().set(life_, shared.now() + shared.limits().authentication_timeout);
  }
}

std::size_t connection::on_bytes(std::span<char> input) {
  std::size_t taken = 0;
  while (phase_ != phase::closing && !channel_.is_full() && !channel_.is_closing()) {
    std::size_t consumed = 0;
    const event found = codec_.next(input.subspan(taken), consumed);
    taken += consumed;
    if (found.what == event::kind::need_more) return taken;
    take(found);
  }
  return phase_ == phase::closing ? input.size() : taken;
}

void connection::take(const event& found) {
  const std::string_view payload{found.payload.data(), found.payload.size()};
  switch (found.what) {
    case event::kind::message: {
      const bool binary = found.type == message_kind::binary;
      sent_binary_ = sent_binary_ || binary;
      return take_message(payload, binary ? format::msgpack : format::json);
    }
    case event::kind::ping:
      write_frame(channel_.output(), opcode::pong, payload);
      return channel_.send();
    case event::kind::closed:
      return close(found.close_code, {});
    case event::kind::violation:
      return close(found.close_code, found.text);
    case event::kind::pong:
    case event::kind::need_more:
      return;
  }
}

void connection::take_message(std::string_view text, format as) {
  dispatcher_.handle(*this, text, as);
}

void connection::close(std::uint16_t code, std::string_view reason) {
  if (phase_ == phase::closing) return;
  phase_ = phase::closing;
  life_.cancel();
  on_close(code);
  write_close(channel_.output(), code, reason);
  channel_.close_after_sending();
}

void connection::on_close(std::uint16_t) {
  end_calls(nullptr);
}

base::buffer& connection::begin_message(format as) {
  base::buffer& out = channel_.output();
  frame_.emplace(out, opcode_of(as));
  return out;
}

void connection::end_message() {
  rpc::recorder* const traffic = dispatcher_.shared().traffic;
  // What a session says is recorded there.
  if (traffic != nullptr && &speaker() == this) [[unlikely]] {
    record(traffic, rpc::recorded_direction::out, frame_->written_as(), frame_->payload());
  }
  std::string_view smaller;
  if (auto* const compression = codec_.compression()) [[unlikely]] {
    smaller = compression->deflate(frame_->payload());
  }
  smaller.empty() ? frame_->finish() : frame_->finish_compressed(smaller);
  frame_.reset();
  channel_.send();
}

void connection::admit(std::shared_ptr<const principal> who) {
  rpc::caller::authenticated(std::move(who));
  codec_.set_max_message_bytes(channel_.shared().limits().max_message_bytes);
}

void connection::authenticated(std::shared_ptr<const principal> who) {
  admit(std::move(who));
  if (has_subscriptions()) dispatcher_.shared().topics->reauthorise(*this);
  watch_life();
}

void connection::on_room() {
  made_room();
  if (has_subscriptions()) dispatcher_.shared().topics->catch_up(*this);
}

bool connection::takes(std::size_t) const noexcept {
  return phase_ != phase::closing && channel_.has_room();
}

void connection::deliver(const base::shared_payload& message) {
  record(dispatcher_.shared().traffic, rpc::recorded_direction::out, message->written_as,
         message->bytes);
  write_message(message->written_as, message->bytes);
}

void connection::write_message(format as, std::string_view message) {
  frame_form form = frame_form::plain;
  if (auto* const compression = codec_.compression()) [[unlikely]] {
    const std::string_view smaller = compression->deflate(message);
    if (!smaller.empty()) {
      message = smaller;
      form = frame_form::compressed;
    }
  }
  write_frame(channel_.output(), opcode_of(as), message, form);
  channel_.send();
}

void connection::authentication_failed() {
  close(protocol::close_code::not_authenticated, "the token is wrong");
}

void connection::watch_life() {
  net::host& shared = channel_.shared();
  shared.timers().set(life_, channel_.last_read() + shared.limits().heartbeat);
}

void connection::check_life(base::time_point now) {
  if (!who()) {
    return close(protocol::close_code::not_authenticated, "nobody authenticated in time");
  }
  net::host& shared = channel_.shared();
  const auto interval = shared.limits().heartbeat;
  const auto silence = now - channel_.last_read();
  if (silence >= 2 * interval) {
    return close(protocol::close_code::no_sign_of_life, "no message and no pong");
  }
  if (silence < interval) return watch_life();
  send_ping();
  shared.timers().set(life_, channel_.last_read() + 2 * interval);
}

void connection::send_ping() {
  write_frame(channel_.output(), opcode::ping, {});
  channel_.send();
}

void connection::on_drain(std::chrono::milliseconds) {
  if (phase_ != phase::open) return;
  phase_ = phase::draining;
  calls_ended();
}

void connection::on_drain_deadline() {
  const error reason{error_kind::request_cancelled, "the server ends"};
  speaker().end_calls(&reason);
  close(protocol::close_code::going_away, "the server ends");
}

void connection::calls_ended() {
  if (phase_ == phase::draining && !is_busy())
    close(protocol::close_code::going_away, "the server ends");
}

}  // namespace sidewire::websocket
