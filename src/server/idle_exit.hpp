#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace sidewire::server {

/// Decides when a server that nobody uses ends (`--idle-exit`): once nobody was connected for the
/// whole of a time, from the start of serving on. Has no clock: whoever owns it says what time it
/// is, and asks again at `deadline`. Not thread-safe.
class idle_exit {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A `limit` of zero means never.
  idle_exit(std::chrono::milliseconds limit, time_point now) : limit_{limit}, idle_since_{now} {}

  /// How many are connected now. May be called with the same count again.
  void connections_changed(std::size_t connection_count, time_point now) {
    if (connection_count > 0) {
      idle_since_.reset();
    } else if (!idle_since_) {
      idle_since_ = now;
    }
  }

  /// When the server ends unless somebody connects; nothing while somebody is connected.
  std::optional<time_point> deadline() const {
    if (limit_ == std::chrono::milliseconds::zero() || !idle_since_) return std::nullopt;
    return *idle_since_ + limit_;
  }

  bool is_due(time_point now) const {
    const auto end = deadline();
    return end && now >= *end;
  }

 private:
  std::chrono::milliseconds limit_;
  std::optional<time_point> idle_since_;
};

}  // namespace sidewire::server
