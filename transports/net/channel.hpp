#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/buffer.hpp"
#include "base/timer_queue.hpp"
#include "transports/net/host.hpp"
#include "transports/net/peer_address.hpp"
#include "transports/net/stream.hpp"

namespace sidewire::net {

class channel;

/// What is spoken on a channel: HTTP, and after an upgrade WebSocket. Decides; the channel acts.
class conversation {
 public:
  virtual ~conversation() = default;

  virtual spoken speaks() const noexcept { return spoken::http; }

  /// Takes bytes from the front of `input` and returns how many; the rest comes again, with more
  /// behind it, or when `channel::resume` asks. May unmask them in place. `base::buffer::padding`
  /// bytes past the end can be read.
  virtual std::size_t on_bytes(std::span<char> input) = 0;
  /// How many bytes it waits for in all, the ones it left included; 0 where it does not know.
  virtual std::size_t bytes_wanted() const noexcept { return 0; }
  /// The peer sends nothing more. Called again where it was busy then.
  virtual void on_end() = 0;
  /// What waited to be sent has become little again.
  virtual void on_room() {}
  /// The server ends: finish what runs within `patience`, begin nothing.
  virtual void on_drain(std::chrono::milliseconds patience) = 0;
  /// The time for finishing is over: what still runs is cancelled and answered.
  virtual void on_drain_deadline() = 0;
  /// Whether something still runs that a drain waits for.
  virtual bool is_busy() const noexcept = 0;
};

/// What goes on elsewhere of a connection that has left its shard. A value; any thread, one at a
/// time.
struct departure {
  std::unique_ptr<stream> bytes;
  base::buffer unread;  ///< not taken by its conversation
  base::buffer unsent;
  peer_address peer;
};

/// One connection: the thin shell between a stream and a conversation. Waits until readable, reads
/// once, feeds, writes once. It holds memory only for an incomplete message and for unsent bytes.
/// Owned by its host. Shard.
class channel final : public stream_user, public std::enable_shared_from_this<channel> {
 public:
  channel(host& shared, std::unique_ptr<stream> bytes, const peer_address& peer = {});
  ~channel() override;

  /// Enters the host and begins to read. Once.
  void open(std::unique_ptr<conversation> first);
  /// The same for a connection that has left another shard.
  void open(std::unique_ptr<conversation> first, base::buffer unread, base::buffer unsent);
  /// Leaves this shard at the end of the turn: what the conversation has not taken is not fed here
  /// any more. `taken_over` is called then, once, and the channel ends.
  void depart(std::function<void(departure)> taken_over);
  /// Another conversation goes on from here. The old one lives until the end of the turn.
  void hand_over(std::unique_ptr<conversation> next);

  host& shared() noexcept { return host_; }
  const peer_address& peer() const noexcept { return peer_; }
  conversation& current() noexcept { return *conversation_; }

  /// What is appended here leaves at the end of the turn, once `send` was called.
  base::buffer& output();
  void send();
  std::size_t unsent_bytes() const noexcept { return out_.size(); }
  /// Whether a producer may go on; `on_room` is called when it may again.
  bool has_room() const noexcept;
  /// Whether so much waits to be sent that nothing more is to be read.
  bool is_full() const noexcept { return out_.size() >= host_.limits().max_unsent_bytes; }

  /// Feeds again what the conversation left, in a turn of its own.
  void resume();
  base::time_point last_read() const noexcept { return last_read_; }

  /// Sends what is there, says that nothing more comes, reads and drops the rest, and closes.
  void close_after_sending();
  /// Closes now. The conversation ends with the turn.
  void fail();
  bool is_closing() const noexcept { return state_ != state::open; }

  void on_readable(std::shared_ptr<stream_user> self) override;
  void on_writable(std::shared_ptr<stream_user> self) override;

 private:
  friend host;
  enum class state : std::uint8_t {
    open,
    departing,
    sending_rest,  ///< nothing is fed any more; what waits is sent
    lingering,     ///< all is sent; the peer's end is awaited, so that nothing of it is lost
    closed,
  };

  std::shared_ptr<channel> self();
  void read_some();
  void drop_some();
  void feed(std::span<char> fresh);
  std::size_t converse(std::span<char> input);
  void feed_kept();
  /// Does what the turn has led to: writes, closes, waits again.
  void end_turn(std::shared_ptr<stream_user> self);
  void run_turn();
  void leave();
  void write_some();
  void tell_of_room();
  void wait_to_read(std::shared_ptr<stream_user> self);
  void tear_down();
  void time_is_up(base::time_point now);

  host& host_;
  std::unique_ptr<stream> stream_;
  std::unique_ptr<conversation> conversation_;
  std::unique_ptr<conversation> previous_;
  base::buffer in_;   // what the conversation left
  base::buffer out_;  // what waits to be sent
  base::time_point last_read_;
  base::member_timer<channel, &channel::time_is_up> patience_{*this};
  std::function<void(departure)> taken_over_;
  std::size_t index_ = 0;  // in the host
  peer_address peer_;
  state state_ = state::open;
  bool in_turn_ = false;
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
  bool flush_asked_ = false;
  bool paused_ = false;
  bool saw_end_ = false;
  mutable bool lacked_room_ = false;
};

}  // namespace sidewire::net
