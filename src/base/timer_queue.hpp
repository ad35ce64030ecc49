#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace sidewire::base {

using time_point = std::chrono::steady_clock::time_point;

class timer_queue;

/// Something that happens at a time. Belongs to whoever inherits from it, and may be destroyed
/// while it is set. Shard.
class timer {
 public:
  timer() = default;
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  virtual ~timer() { cancel(); }

  bool is_set() const noexcept { return queue_ != nullptr; }
  void cancel() noexcept;

 private:
  friend timer_queue;
  /// The time has come; the timer is no longer set and may be set again.
  virtual void expired(time_point now) = 0;

  timer_queue* queue_ = nullptr;
  std::size_t index_ = 0;
};

/// All the timers of a shard in one heap, without a clock of its own: whoever owns it says what
/// time it is. Must outlive its timers' being set. Shard.
class timer_queue {
 public:
  /// Sets a timer, or sets it anew.
  void set(timer& what, time_point when);
  /// When the first timer expires.
  std::optional<time_point> next() const;
  /// Calls every timer whose time has come, in order.
  void run_expired(time_point now);
  std::size_t size() const noexcept { return heap_.size(); }

 private:
  friend timer;
  struct entry {
    time_point when;
    timer* what;
  };

  void remove(std::size_t index) noexcept;
  void place(std::size_t index, entry moved) noexcept;
  void rise(std::size_t index) noexcept;
  void sink(std::size_t index) noexcept;

  std::vector<entry> heap_;
};

inline void timer::cancel() noexcept {
  if (queue_ != nullptr) queue_->remove(index_);
}

}  // namespace sidewire::base
