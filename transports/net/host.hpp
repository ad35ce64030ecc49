#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/pool.hpp"
#include "base/timer_queue.hpp"
#include "transports/net/stream.hpp"

namespace sidewire::net {

class channel;

/// What the connections of one shard share: memory for the turn, timers, bounds, and the list of
/// them all. Outlives them. Shard, but for the counts.
class host {
 public:
  host(executor runs_on, base::timer_queue& timers, std::function<base::time_point()> now,
       const base::limits& limits, base::logger& log);
  host(const host&) = delete;
  host& operator=(const host&) = delete;
  ~host();

  const executor& runs_on() const noexcept { return runs_on_; }
  base::timer_queue& timers() noexcept { return timers_; }
  base::time_point now() const { return now_(); }
  const base::limits& limits() const noexcept { return limits_; }
  base::logger& log() noexcept { return log_; }
  base::buffer_pool& buffers() noexcept { return buffers_; }
  /// Where a turn reads to; `base::buffer::padding` more bytes can be read past its end.
  std::span<char> read_buffer() noexcept { return {read_buffer_.get(), read_buffer_bytes}; }

  void add(std::shared_ptr<channel> connection);
  void remove(channel& connection);
  /// Calls `visit` for each connection; it may end them.
  void each(const std::function<void(channel&)>& visit);
  /// Any thread.
  std::size_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  /// Payload of the streams since the start. Any thread.
  std::uint64_t received_bytes() const noexcept {
    return received_bytes_.load(std::memory_order_relaxed);
  }
  std::uint64_t sent_bytes() const noexcept { return sent_bytes_.load(std::memory_order_relaxed); }
  void count_received(std::size_t bytes) noexcept { add(received_bytes_, bytes); }
  void count_sent(std::size_t bytes) noexcept { add(sent_bytes_, bytes); }
  /// Called when a connection has come or gone.
  void on_count_changed(std::function<void()> told) { count_changed_ = std::move(told); }

  /// `what` is flushed at the end of this turn of the loop, together with all others.
  void flush_later(std::shared_ptr<channel> what);

 private:
  static constexpr std::size_t read_buffer_bytes = std::size_t{64} * 1024;

  /// One writer needs no locked instruction.
  static void add(std::atomic<std::uint64_t>& counter, std::size_t difference) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + difference, std::memory_order_relaxed);
  }

  executor runs_on_;
  base::timer_queue& timers_;
  std::function<base::time_point()> now_;
  const base::limits& limits_;
  base::logger& log_;
  base::buffer_pool buffers_;
  std::unique_ptr<char[]> read_buffer_;
  std::vector<std::shared_ptr<channel>> channels_;
  std::vector<std::shared_ptr<channel>> to_flush_;
  std::function<void()> count_changed_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> received_bytes_{0};
  std::atomic<std::uint64_t> sent_bytes_{0};
};

}  // namespace sidewire::net
