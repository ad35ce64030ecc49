#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/log.hpp"
#include "server/log_line.hpp"

namespace sidewire::server {

/// The server's log on standard error. A line is made by its caller and written by a thread of the
/// logger's own, so that a pipe which nobody reads stops that thread and nobody else: what standard
/// error does not take waits up to a bound, then lines are dropped, and how many is told once it
/// takes lines again. (Making standard error non-blocking instead would make it so for every
/// process that shares it.) Any thread.
class stderr_logger final : public base::logger {
 public:
  struct settings {
    base::log_level level = base::log_level::info;
    log_style style = log_style::json;
    /// Not owned; must stay open.
    int fd = 2;
    /// Lines beyond are dropped.
    std::size_t max_pending_bytes = 1024 * 1024;
    /// How long the end waits for what is pending.
    std::chrono::milliseconds max_flush_wait{500};
  };

  /// Throws std::system_error where there can be no thread.
  explicit stderr_logger(const settings& chosen);
  /// Waits for what is pending, up to the bound. A thread that still hangs in writing is left to
  /// the end of the process.
  ~stderr_logger() override;
  stderr_logger(const stderr_logger&) = delete;
  stderr_logger& operator=(const stderr_logger&) = delete;

 private:
  class writer;

  void write(base::log_level level, std::string_view message,
             std::initializer_list<base::log_field> fields) override;

  log_style style_;
  std::chrono::milliseconds max_flush_wait_;
  /// Shared with its thread, which may outlive the logger.
  std::shared_ptr<writer> writer_;
};

}  // namespace sidewire::server
