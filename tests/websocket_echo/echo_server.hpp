#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "base/limits.hpp"
#include "base/timer_queue.hpp"
#include "server/stderr_logger.hpp"
#include "transports/net/host.hpp"
#include "transports/net/listener.hpp"
#include "transports/websocket/deflate_tools.hpp"

namespace sidewire::tests {

/// A WebSocket server on 127.0.0.1 that sends every message back, on one thread. Anybody may
/// connect, at any path. It agrees to permessage-deflate with any window and compresses messages
/// of every size.
class echo_server {
 public:
  /// Port 0 lets the system choose. Throws std::runtime_error where the port is taken.
  explicit echo_server(std::uint16_t port);

  std::uint16_t port() const;
  /// Serves for ever.
  void run();

 private:
  void open(net::unique_fd socket);
  void watch_timers();

  base::limits limits_;
  server::stderr_logger log_;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer clock_;
  base::timer_queue timers_;
  websocket::deflate_tools tools_{limits_};
  net::host host_;
  net::listener listener_;
};

}  // namespace sidewire::tests
