#pragma once

#include <chrono>
#include <memory>
#include <sidewire/awaitable.hpp>
#include <string>

#include "services/logs/log_file.hpp"

namespace sidewire::services::logs {

enum class watch_event : std::uint8_t {
  written,    ///< a file may have new bytes
  names,      ///< names may stand for other files now
  timed_out,  ///< nothing was seen
};

/// Waits for changes of files, by inotify(7). Where the system has no inotify left, every wait just
/// times out, a little earlier. Shard.
class file_watch {
 public:
  explicit file_watch(const boost::asio::io_context::executor_type& executor);
  ~file_watch();
  file_watch(const file_watch&) = delete;
  file_watch& operator=(const file_watch&) = delete;

  /// Watches for files that come and go.
  void add_directory(const std::string& directory);
  /// Watches a file until `remove`, which is to come before the file is closed.
  void add(const log_file& file);
  void remove(const log_file& file);

  /// What happened since the last wait, or happens within `at_most`. Throws operation_aborted when
  /// it is cancelled.
  awaitable<watch_event> wait(std::chrono::milliseconds at_most);

 private:
  struct state;
  std::shared_ptr<state> state_;  // held by pending operations too
};

}  // namespace sidewire::services::logs
