#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
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

/// A timer that calls a member function of its owner.
template <class Owner, void (Owner::*Method)(time_point now)>
class member_timer final : public timer {
 public:
  explicit member_timer(Owner& owner) : owner_{owner} {}

 private:
  void expired(time_point now) override { (owner_.*Method)(now); }

  Owner& owner_;
};

/// All the timers of a shard in one heap, without a clock of its own: whoever owns it says what
/// time it is. Must outlive its timers' being set. Shard.
class timer_queue {
 public:
  /// `sooner` is called when what `next` says has come nearer.
  explicit timer_queue(std::function<void()> sooner = {}) : sooner_{std::move(sooner)} {}
  timer_queue(const timer_queue&) = delete;
  timer_queue& operator=(const timer_queue&) = delete;

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

  std::function<void()> sooner_;
  std::vector<entry> heap_;
};

inline void timer::cancel() noexcept {
  if (queue_ != nullptr) queue_->remove(index_);
}

}  // namespace sidewire::base
