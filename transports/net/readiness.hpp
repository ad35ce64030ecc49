#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "transports/net/stream.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {

class wait_handler;

/// A socket and the two waits of its stream: the part that every stream has in common. Each wait is
/// one Asio operation whose memory Asio recycles, so that waiting again from within a callback
/// allocates nothing.
///
/// Asio asks the kernel again at each wait, a tenth of the CPU that a bare echo costs on many busy
/// connections. An epoll set of our own below Asio's would save that, for a longer way on a quiet
/// connection and a second event loop in the tree. Shard.
class readiness {
 public:
  enum class direction : std::uint8_t { read, write };

  /// Throws boost::system::system_error when the kernel does not let the socket be watched.
  readiness(boost::asio::io_context& context, unique_fd socket);
  ~readiness() { close(); }
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;

  /// -1 once closed.
  int fd() { return descriptor_.native_handle(); }

  /// Calls `on_readable` once the socket is ready for `what`. TLS may have to write before it can
  /// read, hence the direction.
  void wait_readable(std::shared_ptr<stream_user> user, direction what = direction::read);
  void wait_writable(std::shared_ptr<stream_user> user, direction what = direction::write);
  /// Calls `on_readable` in the next turn, for bytes that have already left the socket.
  void post_readable(std::shared_ptr<stream_user> user);

  /// Half-closes the socket.
  void shutdown_write();
  /// Every pending wait lets go of its user in the next turn, without calling it.
  void close();

 private:
  friend class wait_handler;
  /// The pending wait of one kind, wherever Asio has moved it.
  struct slot {
    wait_handler* pending = nullptr;
  };

  boost::asio::posix::basic_stream_descriptor<executor> descriptor_;
  slot readable_;
  slot writable_;
};

}  // namespace sidewire::net
