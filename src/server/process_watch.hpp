#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

#include "server/event_loop.hpp"

namespace sidewire::server {

/// Tells when a process has ended, a child or any other, by a pidfd: without polling, without
/// signals, and without mistaking a later process of the same number for it. The kernel's parent
/// death signal is no substitute: it fires when the thread that spawned us ends. Shard.
class process_watch {
 public:
  /// `on_exit` is called once, in the context, unless the watch is stopped before. Throws
  /// std::system_error where there is no such process now or it cannot be watched.
  process_watch(boost::asio::io_context& context, pid_t process, std::function<void()> on_exit);

  void stop() { watch_->stop(); }

 private:
  std::optional<readable_watch> watch_;
};

}  // namespace sidewire::server
