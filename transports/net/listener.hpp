#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "transports/net/endpoint.hpp"
#include "transports/net/listening_socket.hpp"
#include "transports/net/peer_address.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {

class accept_loop;

/// Listens on one endpoint and accepts for as long as it lives. A full table of descriptors makes
/// it pause, never spin or give up. Shard.
class listener {
 public:
  /// Takes over a connected, non-blocking, close-on-exec socket, without delay where it is TCP. May
  /// hand it to another shard, and may stop or destroy the listener.
  using accept_handler = std::function<void(unique_fd socket, const peer_address& peer)>;

  /// Opens `where`; connections queue in the kernel until `start`. Throws std::runtime_error, see
  /// `open_listening_sockets`. `context` and `log` must outlive the listener.
  listener(boost::asio::io_context& context, const endpoint& where, base::logger& log);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// Where clients find it: `where` with the port that was chosen, the address behind an inherited
  /// socket.
  const endpoint& bound() const noexcept { return bound_; }

  /// Begins to accept. Once.
  void start(const accept_handler& handler);
  /// Accepts no more, for good, and removes the file of a Unix socket. What is still in the
  /// kernel's queue is refused.
  void stop();

 private:
  endpoint bound_;
  socket_file file_;
  std::vector<std::shared_ptr<accept_loop>> loops_;
};

}  // namespace sidewire::net
