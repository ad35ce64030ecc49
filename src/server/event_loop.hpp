#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "transports/net/unique_fd.hpp"

namespace boost::asio {
class io_context;
}

/// The two things that the sidecar's life waits for, a descriptor and a time, as small owners that
/// hide Asio. For what happens a few times in a run, not for connections.
namespace sidewire::server {

/// Calls back whenever a descriptor is readable, or at its end, until it is stopped. Shard.
class readable_watch {
 public:
  /// Owns `fd`, whose description Asio makes non-blocking. Throws boost::system::system_error where
  /// the kernel does not let it be watched. The callback may stop or destroy the watch.
  readable_watch(boost::asio::io_context& context, net::unique_fd fd,
                 std::function<void()> on_readable);
  ~readable_watch();
  readable_watch(const readable_watch&) = delete;
  readable_watch& operator=(const readable_watch&) = delete;

  /// Closes the descriptor; the callback is not called from now on.
  void stop();

 private:
  class waiting;
  std::shared_ptr<waiting> waiting_;
};

/// Calls back once, after a while, unless it is cancelled. Shard.
class delayed_call {
 public:
  explicit delayed_call(boost::asio::io_context& context);
  ~delayed_call();
  delayed_call(const delayed_call&) = delete;
  delayed_call& operator=(const delayed_call&) = delete;

  /// Takes the place of what was set before. The callback may set it anew or destroy it.
  void set(std::chrono::milliseconds delay, std::function<void()> call);
  /// The callback is not called from now on.
  void cancel();

 private:
  class waiting;
  std::shared_ptr<waiting> waiting_;
};

}  // namespace sidewire::server
