#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "session/link.hpp"
#include "session/session.hpp"
#include "session/store.hpp"
#include "transports/websocket/connection.hpp"

namespace sidewire::websocket {

/// A connection on its way to the shard that has the session it asks for. A value.
struct arriving_session {
  net::departure parts;
  session::open_params asked;
  session::client_facts facts;
  std::shared_ptr<const principal> who;
  std::unique_ptr<permessage_deflate> compression;  ///< null: not agreed on
};
/// Takes it to a shard.
using shard_mover = std::function<void(std::size_t shard, arriving_session arriving)>;

/// A WebSocket that speaks one of the `sidewire.1.*` subprotocols: it opens or resumes a session
/// with its first message, and is then the link that the session has. Shard.
class session_connection final : public connection, private session::link {
 public:
  /// `own_format`: of the subprotocol. The store and the mover outlive the connection.
  session_connection(net::channel& channel, rpc::dispatcher& dispatcher, session::store& sessions,
                     const shard_mover& move_to, std::shared_ptr<const principal> who,
                     format own_format);
  ~session_connection() override;

  /// Opens or resumes a session for `who`, or closes, or takes the connection to another shard.
  void begin(const session::open_params& asked, session::client_facts facts);

  // net::conversation
  void on_room() override;
  void on_drain(std::chrono::milliseconds patience) override;

 private:
  // connection
  const rpc::caller& speaker() const noexcept override {
    return session_ == nullptr ? connection::speaker() : *session_;
  }
  rpc::caller& speaker() noexcept override {
    return session_ == nullptr ? connection::speaker() : *session_;
  }
  void take_message(std::string_view text, format as) override;
  void send_ping() override { notify(session::method::ping); }
  void on_close(std::uint16_t code) override;
  void check_life(base::time_point now) override;
  void authenticated(std::shared_ptr<const principal> who) override;

  // session::link
  bool takes_messages() const noexcept override { return !is_closing(); }
  bool has_room() const noexcept override { return connection::has_room(); }
  void send(std::uint64_t number, format as, std::string_view message) override;
  void send_control(std::string_view method, const type_description* type,
                    const void* params) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void calls_ended() override;
  session::link_facts facts() const override;

  void take_control(const sidewire::codec::incoming& control);
  void open(const sidewire::codec::incoming& request);

  session::store& sessions_;
  const shard_mover& move_to_;
  session::session* session_ = nullptr;
  std::uint64_t next_number_ = 0;
  format own_format_;
  bool has_spoken_ = true;  // since its life was checked last
};

}  // namespace sidewire::websocket
