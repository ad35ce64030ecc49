#pragma once

#include <array>
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

/// What a connection speaks, for whoever counts.
enum class spoken : std::uint8_t { http, websocket };
inline constexpr std::size_t spoken_count = 2;

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
  std::uint64_t received_bytes(spoken what) const noexcept {
    return received_bytes_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
  }
  std::uint64_t sent_bytes(spoken what) const noexcept {
    return sent_bytes_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
  }
  void count_received(spoken what, std::size_t bytes) noexcept {
    add(received_bytes_[static_cast<std::size_t>(what)], bytes);
  }
  void count_sent(spoken what, std::size_t bytes) noexcept {
    add(sent_bytes_[static_cast<std::size_t>(what)], bytes);
  }
  /// Called when a connection has come or gone.
  void on_count_changed(std::function<void()> told) { count_changed_ = std::move(told); }

  /// Called at the end of each turn of a connection, before what it led to is written.
  void on_turn_end(std::function<void()> told) { turn_ended_ = std::move(told); }
  void turn_ended() const {
    if (turn_ended_) turn_ended_();
  }

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
  std::function<void()> turn_ended_;
  std::atomic<std::size_t> count_{0};
  std::array<std::atomic<std::uint64_t>, spoken_count> received_bytes_{};  // by what is spoken
  std::array<std::atomic<std::uint64_t>, spoken_count> sent_bytes_{};
};

}  // namespace sidewire::net
