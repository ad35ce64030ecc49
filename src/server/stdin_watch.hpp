#pragma once

#include <functional>
#include <optional>

#include "server/event_loop.hpp"

namespace sidewire::server {

/// Tells when standard input has ended, which is how a parent that holds the other end of a pipe is
/// missed. What arrives until then is discarded. The description of standard input may be shared
/// with other processes, so it is left as it is, blocking included. Shard.
class stdin_watch {
 public:
  /// `on_end` is called once, in the context, unless the watch is stopped before. `input` is
  /// standard input; it is not owned. Throws std::system_error where it is not open.
  stdin_watch(boost::asio::io_context& context, int input, std::function<void()> on_end);

  void stop();

 private:
  void readable();
  void end();

  int input_;
  std::function<void()> on_end_;
  std::optional<readable_watch> watch_;
  delayed_call end_;
};

}  // namespace sidewire::server
