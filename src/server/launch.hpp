#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "server/child_output.hpp"
#include "server/event_loop.hpp"

#include "server/launch_command.hpp"
#include "server/process_watch.hpp"

namespace sidewire::server {

/// The user interface that the server started (`--launch`), from its start to its end. It runs in a
/// process group of its own, reads nothing, and what it prints goes to the log line by line. Shard.
class launched_application {
 public:
  /// From SIGTERM to SIGKILL.
  static constexpr std::chrono::milliseconds default_kill_delay{5000};

  launched_application(boost::asio::io_context& context, base::logger& log,
                       std::chrono::milliseconds kill_delay = default_kill_delay);
  /// Where it still runs, it is killed with its group and waited for.
  ~launched_application();
  launched_application(const launched_application&) = delete;
  launched_application& operator=(const launched_application&) = delete;

  /// Starts it; the program is looked up in PATH. `on_exit` is called once, in the context, when it
  /// has ended, by itself or by `stop`, and what it printed was logged. Throws std::system_error.
  void start(const launch_plan& plan, std::function<void()> on_exit);

  /// Asks its process group to end with SIGTERM, and kills it after the delay. At most once.
  void stop();

  bool is_running() const noexcept { return process_ > 0; }

 private:
  void follow(std::optional<child_output>& output, net::unique_fd pipe, std::string_view stream);
  void log_line(std::string_view stream, std::string_view line);
  void exited();
  void reap();

  boost::asio::io_context& context_;
  base::logger& log_;
  std::chrono::milliseconds kill_delay_;
  delayed_call kill_;
  pid_t process_ = 0;
  std::string secret_;
  std::optional<process_watch> watch_;
  std::optional<child_output> standard_output_;
  std::optional<child_output> standard_error_;
  std::function<void()> on_exit_;
};

}  // namespace sidewire::server
