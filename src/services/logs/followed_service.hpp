#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <sidewire/error.hpp>
#include <vector>

#include "services/logs/file_watch.hpp"
#include "services/logs/follower.hpp"
#include "services/logs/log_file.hpp"
#include "services/logs/logs.hpp"

namespace sidewire::services::logs {

/// Entries that go out together.
inline constexpr std::size_t max_batch_entries = 500;
/// Between two looks at names and sizes where no event tells of a change, as on network drives.
inline constexpr std::chrono::milliseconds look_interval{2000};
/// After a batch, so that lines which come one by one leave together.
inline constexpr std::chrono::milliseconds gathering_time{10};

/// The files of a service while they are followed: what the follower decides is done here. Not
/// thread-safe.
class followed_service {
 public:
  /// `watch`, which outlives it, tells of changes; it may be shared with other services.
  followed_service(log_source source, file_watch& watch);
  ~followed_service();
  followed_service(const followed_service&) = delete;
  followed_service& operator=(const followed_service&) = delete;

  /// Opens the files; the first news are their last `first_lines` whole lines. What keeps all of
  /// them from being read, if anything: a later look finds those that have come.
  std::optional<error> start(std::size_t first_lines);
  /// Looks which files the service's names stand for now, and joins new ones.
  void look();
  /// Reads a piece of the first file that has something new; false when nothing is left to do.
  bool read_piece();
  /// At most `max_count` of the entries that came.
  std::vector<log_entry> take(std::size_t max_count) { return follower_.take(max_count); }
  const std::string& name() const noexcept { return source_.name; }

 private:
  void join(log_file file, std::uint64_t offset);
  bool close_departed();

  log_source source_;
  follower follower_;
  file_watch& watch_;
  std::vector<log_file> files_;  // in the order of joining
  std::vector<char> piece_;
};

}  // namespace sidewire::services::logs
