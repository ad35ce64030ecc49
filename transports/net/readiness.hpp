#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "transports/net/poller.hpp"
#include "transports/net/stream.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {

/// A socket and the two waits of its stream: the part that every stream has in common. The kernel
/// tells once that something came; what came is then known to be there until the stream says that
/// it is `drained`. Shard.
class readiness {
 public:
  enum class direction : std::uint8_t { read, write };

  /// Throws boost::system::system_error when the kernel does not let the socket be watched.
  readiness(boost::asio::io_context& context, unique_fd socket);
  ~readiness() { close(); }
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;

  /// -1 once closed.
  int fd() const noexcept { return socket_.get(); }

  /// Calls `on_readable` once the socket is ready for `what`. TLS may have to write before it can
  /// read, hence the direction.
  void wait_readable(std::shared_ptr<stream_user> user, direction what = direction::read);
  void wait_writable(std::shared_ptr<stream_user> user, direction what = direction::write);
  /// Calls `on_readable` in the next turn, for bytes that have already left the socket.
  void post_readable(std::shared_ptr<stream_user> user);

  /// A read took all that the socket had: it would have blocked, or brought less than asked for.
  void drained() noexcept { has_input_ = hung_up_; }

  /// Lets go of its context: pending waits end without a call, and only `enter` may follow.
  void leave() noexcept;
  /// Goes on with another context. False when the kernel does not let the socket be watched; it is
  /// closed then.
  bool enter(boost::asio::io_context& context);

  /// Half-closes the socket.
  void shutdown_write();
  /// Every pending wait lets go of its user in the next turn, without calling it.
  void close();

 private:
  friend poller;
  /// A pending wait; without a user there is none.
  struct slot {
    std::shared_ptr<stream_user> user;
    direction needs = direction::read;
  };
  struct due {
    std::shared_ptr<stream_user> reader;
    std::shared_ptr<stream_user> writer;
  };

  bool only_waits_to_read() const noexcept {
    return readable_.user && readable_.needs == direction::read && !writable_.user;
  }
  void wait(slot& slot, std::shared_ptr<stream_user> user, direction what);
  /// Ends the waits that `events` of epoll(7) answer.
  due take_due(std::uint32_t events);

  poller* poller_;  // null between two contexts
  unique_fd socket_;
  slot readable_;
  slot writable_;
  std::size_t index_ = 0;   // in the poller
  bool has_input_ = false;  // bytes, the end or an error may be read
  bool hung_up_ = false;    // the end or an error is there behind all bytes
};

}  // namespace sidewire::net
