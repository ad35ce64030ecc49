#include "transports/websocket/session_connection.hpp"

#include <algorithm>
#include <utility>

#include "codec/decode.hpp"
#include "codec/message.hpp"
#include "negotiate/transport.hpp"
#include "protocol/close_code.hpp"
#include "transports/net/peer_address.hpp"

namespace sidewire::websocket {

namespace codes = protocol::close_code;
namespace method = session::method;

namespace {

constexpr std::string_view authenticate_method = "auth.authenticate";

template <class Params>
result<Params> read_params(const sidewire::codec::incoming& control) {
  Params read;
  const auto fits = control.params
                        ? sidewire::codec::decode(*control.params, describe<Params>(), &read)
                        : sidewire::codec::check_absent_params(&describe<Params>());
  if (!fits) return fits.error();
  return read;
}

}  // namespace

session_connection::session_connection(net::channel& channel, rpc::dispatcher& dispatcher,
                                       session::store& sessions, const shard_mover& move_to,
                                       std::shared_ptr<const principal> who, format own_format)
    : connection{channel, dispatcher, std::move(who)},
      sessions_{sessions},
      move_to_{move_to},
      own_format_{own_format} {
  net::host& shared = channel.shared();
  const base::limits& bounds = shared.limits();
  const auto patience = this->who() ? bounds.open_timeout : bounds.authentication_timeout;
  shared.timers().set(life(), shared.now() + patience);
}

session_connection::~session_connection() {
  if (session_ != nullptr) sessions_.detach(*session_);
}

void session_connection::on_close(std::uint16_t code) {
  connection::on_close(code);
  if (session::session* const left = std::exchange(session_, nullptr)) sessions_.leave(*left, code);
}

void session_connection::close(std::uint16_t code, std::string_view reason) {
  session_ = nullptr;
  connection::close(code, reason);
}

void session_connection::on_room() {
  if (session_ != nullptr) session_->link_has_room();
}

void session_connection::on_drain(std::chrono::milliseconds patience) {
  if (session_ != nullptr && !is_closing()) {
    notify(method::draining, session::draining_params::within(patience));
  }
  connection::on_drain(patience);
}

void session_connection::check_life(base::time_point now) {
  if (session_ != nullptr) {
    // A client that sends one long message is alive, and must see that the server is.
    const bool is_heard_from = now - channel().last_read() < channel().shared().limits().heartbeat;
    if (is_heard_from && !has_spoken_) send_ping();
    has_spoken_ = false;
    return connection::check_life(now);
  }
  if (who()) return connection::close(codes::bad_request, "no session.open came in time");
  connection::close(codes::not_authenticated, "nobody authenticated in time");
}

void session_connection::take_message(std::string_view text, format as) {
  const rpc::received message = dispatcher().read(text, as);
  if (message.outcome && dispatcher().names(message, method::prefix)) {
    if (message.is_single() &&
        message.single.kind == sidewire::codec::incoming_kind::notification) {
      return take_control(message.single);
    }
    return connection::close(codes::bad_request, "session.* messages are single notifications");
  }
  if (session_ == nullptr) {
    if (!message.is_single() || message.single.method != authenticate_method) {
      return connection::close(codes::bad_request, "expected session.open first");
    }
    return dispatcher().run(*this, message);
  }
  if (session_->take(next_number_++, text.size())) dispatcher().run(*session_, message);
}

void session_connection::take_control(const sidewire::codec::incoming& control) {
  if (control.method == method::ping) return notify(method::pong);
  if (control.method == method::pong) return;
  if (control.method == method::open) return open(control);
  if (session_ == nullptr) {
    return connection::close(codes::bad_request, "expected session.open first");
  }
  if (control.method == method::ack) {
    const auto told = read_params<session::ack_params>(control);
    if (told && session_->acknowledge(told->received)) return;
    return connection::close(codes::bad_request,
                             "session.ack: received is no number that was sent");
  }
  if (control.method == method::end) {
    sessions_.end(*std::exchange(session_, nullptr));
    return connection::close(codes::normal, {});
  }
  connection::close(codes::bad_request, "no such session message");
}

void session_connection::open(const sidewire::codec::incoming& request) {
  if (session_ != nullptr) {
    return connection::close(codes::bad_request, "the session is open already");
  }
  const auto asked = read_params<session::open_params>(request);
  if (!asked) return connection::close(codes::bad_request, asked.error().message());
  if (asked->token) {
    auto known = dispatcher().shared().tokens.authenticate(*asked->token);
    if (!known) return connection::close(codes::not_authenticated, "the token is wrong");
    admit(std::move(*known));
  }
  if (!who()) return connection::close(codes::not_authenticated, "expected a token");
  session::client_facts facts{.client = asked->client,
                              .own_format = own_format_,
                              .takes_msgpack = own_format_ == format::msgpack,
                              .takes_requests = asked->requests.value_or(false)};
  if (asked->formats) {
    const auto& formats = *asked->formats;
    facts.takes_msgpack =
        facts.takes_msgpack ||
        std::ranges::find(formats, session::wire_format::msgpack) != formats.end();
  }
  begin(*asked, std::move(facts));
}

void session_connection::begin(const session::open_params& asked, session::client_facts facts) {
  const auto opened = sessions_.open(asked, facts, who(), *this);
  if (const auto* refused = std::get_if<session::store::refusal>(&opened)) {
    return connection::close(refused->code, refused->reason);
  }
  if (const auto* other = std::get_if<session::store::elsewhere>(&opened)) {
    return channel().depart(
        [this, shard = other->shard, asked, facts = std::move(facts)](net::departure parts) {
          move_to_(shard, {std::move(parts), asked, facts, who(), take_compression()});
        });
  }
  session_ = std::get<session::session*>(opened);
  next_number_ = session_->received() + 1;
  watch_life();
}

void session_connection::authenticated(std::shared_ptr<const principal> who) {
  admit(std::move(who));
}

void session_connection::send(std::uint64_t, format as, std::string_view message) {
  has_spoken_ = true;
  write_message(as, message);
}

void session_connection::send_control(std::string_view method, const type_description* type,
                                      const void* params) {
  has_spoken_ = true;
  sidewire::codec::write_notification(begin_message(own_format_), own_format_, method, type,
                                      params);
  end_message();
}

void session_connection::calls_ended() {
  connection::calls_ended();
}

session::link_facts session_connection::facts() const {
  return {.transport = negotiate::name_of(negotiate::transport::websocket),
          .address = net::to_string(channel().peer())};
}

}  // namespace sidewire::websocket
