#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/principal.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "base/timer_queue.hpp"
#include "pubsub/subscriber.hpp"
#include "rpc/caller.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/net/channel.hpp"
#include "transports/websocket/codec.hpp"
#include "transports/websocket/frame_writer.hpp"

namespace sidewire::websocket {

/// A plain JSON-RPC connection over WebSocket, after its handshake: the codec below, the dispatcher
/// above. Text frames are JSON, binary frames MessagePack. Its calls end with it. With a session it
/// is a `session_connection`. Shard.
class connection : public net::conversation, public rpc::caller, public pubsub::subscriber {
 public:
  /// `who`: null until `auth.authenticate` was called; only that is answered before, and not for
  /// long. Both must outlive the connection.
  connection(net::channel& channel, rpc::dispatcher& dispatcher,
             std::shared_ptr<const principal> who);

  /// The client offered permessage-deflate, and was answered so. Before the first byte.
  void compress(std::unique_ptr<permessage_deflate> agreed) { codec_.compress(std::move(agreed)); }
  /// Closes with a code, after what was sent before. Nothing is read any more.
  void close(std::uint16_t code, std::string_view reason);

  // net::conversation
  net::spoken speaks() const noexcept override { return net::spoken::websocket; }
  std::size_t on_bytes(std::span<char> input) override;
  std::size_t bytes_wanted() const noexcept override { return codec_.bytes_wanted(); }
  void on_end() override { channel_.fail(); }
  void on_room() override;
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override;
  bool is_busy() const noexcept override { return speaker().has_calls(); }

  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override;
  void drop_message() override { frame_.reset(); }
  bool has_room() const noexcept override { return channel_.has_room(); }
  bool takes_msgpack() const noexcept override { return sent_binary_; }
  void authenticated(std::shared_ptr<const principal> who) override;
  void authentication_failed() override;
  void calls_ended() override;

  // pubsub::subscriber
  bool takes(std::size_t bytes) const noexcept override;
  void deliver(const base::shared_payload& message) override;
  format form() const noexcept override { return sent_binary_ ? format::msgpack : own_format(); }
  const std::shared_ptr<const principal>& who() const noexcept override {
    return rpc::caller::who();
  }

 protected:
  net::channel& channel() const noexcept { return channel_; }
  rpc::dispatcher& dispatcher() const noexcept { return dispatcher_; }
  bool is_closing() const noexcept { return phase_ == phase::closing; }
  /// Whose calls come here: the connection's own, or its session's.
  virtual const rpc::caller& speaker() const noexcept { return *this; }
  virtual rpc::caller& speaker() noexcept { return *this; }

  /// Sends one message.
  void write_message(format as, std::string_view message);
  std::unique_ptr<permessage_deflate> take_compression() { return codec_.take_compression(); }
  /// The caller is this one from now on, and may send larger messages.
  void admit(std::shared_ptr<const principal> who);
  /// A whole message. May close the connection.
  virtual void take_message(std::string_view text, format as);
  /// A sign of life is asked of the peer.
  virtual void send_ping();
  /// The connection is being closed with a code; its last frame has not been written yet.
  virtual void on_close(std::uint16_t code);
  /// Asks for a sign of life whenever there was none for an interval.
  void watch_life();
  virtual void check_life(base::time_point now);
  base::timer& life() noexcept { return life_; }

 private:
  enum class phase : std::uint8_t { open, draining, closing };

  void take(const event& found);

  net::channel& channel_;
  rpc::dispatcher& dispatcher_;
  codec codec_;
  std::optional<frame_writer> frame_;  // the message under way
  base::member_timer<connection, &connection::check_life> life_{*this};
  phase phase_ = phase::open;
  bool sent_binary_ = false;
};

}  // namespace sidewire::websocket
