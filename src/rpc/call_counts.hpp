#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/error.hpp>
#include <utility>

#include "base/timer_queue.hpp"

namespace sidewire::rpc {

/// A number that one thread writes and any thread reads, without a locked instruction.
class counter {
 public:
  void add(std::uint64_t difference = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + difference, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t difference = 1) noexcept { add(0 - difference); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How a call ended: well, or with an error of this kind.
using call_ending = std::optional<error_kind>;

/// Calls of one method by how they ended and how long they took. Written by one shard, read by any
/// thread.
class method_counts {
 public:
  /// What bounds the classes of durations, each inclusive; beyond the last is one more class.
  static constexpr std::array<std::chrono::nanoseconds, 12> bounds{
      std::chrono::microseconds{10}, std::chrono::microseconds{100}, std::chrono::microseconds{500},
      std::chrono::milliseconds{1},  std::chrono::milliseconds{5},   std::chrono::milliseconds{10},
      std::chrono::milliseconds{50}, std::chrono::milliseconds{100}, std::chrono::milliseconds{500},
      std::chrono::seconds{1},       std::chrono::seconds{5},        std::chrono::seconds{10}};

  static std::size_t class_of(std::chrono::nanoseconds took) noexcept {
    std::size_t index = 0;
    while (index != bounds.size() && took > bounds[index]) ++index;
    return index;
  }
  /// `index`: the class of `took`.
  void add(call_ending how, std::chrono::nanoseconds took, std::size_t index) noexcept {
    durations_[index].add();
    total_ns_.add(static_cast<std::uint64_t>(took.count()));
    endings_[how ? static_cast<std::size_t>(*how) + 1 : 0].add();
  }

  std::uint64_t ended(call_ending how) const noexcept {
    return endings_[how ? static_cast<std::size_t>(*how) + 1 : 0].value();
  }
  /// Of the class below `bounds[index]`, or beyond them all.
  std::uint64_t took(std::size_t index) const noexcept { return durations_[index].value(); }
  std::chrono::nanoseconds total() const noexcept {
    return std::chrono::nanoseconds{total_ns_.value()};
  }

 private:
  counter total_ns_;
  std::array<counter, bounds.size() + 1> durations_;
  std::array<counter, static_cast<std::size_t>(error_kind::application) + 2> endings_;
};

/// The calls of one shard by method. Memory is taken once, before serving. Shard, but for `of`.
///
/// A reading of the clock costs more than a fast method, so that calls which end where they begin
/// share one: the time between two readings is split among those that ended within it. They are
/// read one by one as soon as a group takes longer than the shortest class of durations, so that
/// every class is right but for what was slow for the first time.
class call_counts {
 public:
  void begin(std::size_t method_count) {
    methods_ = std::make_unique<method_counts[]>(method_count + 1);
    count_ = method_count;
  }

  /// A call of the method of this number has ended, in the turn in which it began.
  void ended_at_once(std::size_t method, call_ending how) noexcept {
    waiting_[waiting_count_++] = {method, how};
  }
  /// Whether the clock is to be read now: enough calls wait for it. It is read at the end of the
  /// turn in any case.
  bool wants_time() const noexcept { return waiting_count_ >= group_; }
  bool has_waiting() const noexcept { return waiting_count_ != 0; }

  /// The shard's clock was read.
  base::time_point clock_was_read(base::time_point now) noexcept {
    if (waiting_count_ != 0) settle(now - latest_);
    return latest_ = now;
  }
  /// When it was read last.
  base::time_point latest() const noexcept { return latest_; }

  /// A call has ended that was measured by itself.
  void ended(std::size_t method, call_ending how, std::chrono::nanoseconds took) noexcept {
    if (methods_) {
      methods_[std::min(method, count_)].add(how, took, method_counts::class_of(took));
    }
  }

  /// Of a method by its number; of all that were called and do not exist by any greater one. Any
  /// thread.
  const method_counts& of(std::size_t method) const noexcept {
    return methods_[std::min(method, count_)];
  }

 private:
  static constexpr std::size_t max_group = 8;
  struct ended_call {
    std::size_t method;
    call_ending how;
  };

  void settle(std::chrono::nanoseconds elapsed) noexcept {
    const std::size_t count = std::exchange(waiting_count_, 0);
    const auto took = elapsed / static_cast<std::int64_t>(count);
    const std::size_t duration_class = method_counts::class_of(took);
    for (std::size_t index = 0; methods_ && index != count; ++index) {
      const ended_call& one = waiting_[index];
      methods_[std::min(one.method, count_)].add(one.how, took, duration_class);
    }
    group_ = elapsed <= method_counts::bounds.front() ? std::min(2 * group_, max_group) : 1;
  }

  std::unique_ptr<method_counts[]> methods_;
  std::size_t count_ = 0;
  base::time_point latest_{};
  std::array<ended_call, max_group> waiting_;
  std::size_t waiting_count_ = 0;
  std::size_t group_ = 1;
};

}  // namespace sidewire::rpc
