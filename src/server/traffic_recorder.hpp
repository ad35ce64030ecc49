#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "rpc/recorder.hpp"
#include "server/traffic_line.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::server {

/// Writes the server's traffic to a file (`--record`) by a thread of its own, which alone waits for
/// the disk. What it cannot keep up with is dropped and counted in the file; the file ends at its
/// bound. Any thread.
class traffic_recorder final : public rpc::recorder {
 public:
  struct settings {
    std::string path;
    std::uint64_t max_file_bytes;
    /// Messages that wait beyond are dropped.
    std::size_t max_pending_bytes = std::size_t{16} * 1024 * 1024;
  };

  /// Makes the file anew, for its owner alone. Throws std::system_error naming it. `log` outlives
  /// the recorder.
  traffic_recorder(settings chosen, base::logger& log);
  /// Writes what is pending.
  ~traffic_recorder() override;
  traffic_recorder(const traffic_recorder&) = delete;
  traffic_recorder& operator=(const traffic_recorder&) = delete;

  std::uint64_t number_caller() noexcept override { return ++last_caller_; }
  void record(std::uint64_t caller, rpc::recorded_direction direction, format as,
              std::string_view message) override;

 private:
  void run();
  void write_messages(const std::vector<recorded_message>& told, std::uint64_t dropped_count);
  /// Whether the file still grows.
  bool write_text(std::string_view text);

  const settings settings_;
  base::logger& log_;
  net::unique_fd file_;
  std::atomic<std::uint64_t> last_caller_{0};
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<recorded_message> pending_;  // guarded by mutex_, as all down to is_closing_
  std::size_t pending_bytes_ = 0;
  std::uint64_t dropped_count_ = 0;
  bool is_full_ = false;
  bool is_closing_ = false;
  traffic_lines lines_;  // the thread's own, as what follows
  std::uint64_t written_bytes_ = 0;
  std::thread thread_;
};

}  // namespace sidewire::server
