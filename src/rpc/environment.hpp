#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <sidewire/error.hpp>
#include <sidewire/principal.hpp>
#include <sidewire/registry.hpp>
#include <string_view>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "rpc/keyed_calls.hpp"
#include "rpc/worker_pool.hpp"

namespace sidewire::pubsub {
class hub;
}

namespace sidewire::rpc {

/// Decides whom a token belongs to.
class authenticator {
 public:
  virtual ~authenticator() = default;
  /// not_authenticated where the token is nobody's. Any thread.
  virtual result<std::shared_ptr<const principal>> authenticate(std::string_view token) const = 0;
};

/// What a shard's dispatcher counts. Written by the shard alone, read by any thread.
struct counters {
  std::atomic<std::uint64_t> calls{0};  ///< requests, elements of batches each
  std::atomic<std::uint64_t> notifications{0};
  std::atomic<std::uint64_t> failed_calls{0};
  std::atomic<std::uint64_t> calls_in_flight{0};

  /// One writer needs no locked instruction.
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t difference = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + difference, std::memory_order_relaxed);
  }
};

/// What the calls of one shard share. Outlives them all.
struct environment {
  boost::asio::io_context::executor_type executor;
  base::timer_queue& timers;
  std::function<base::time_point()> now;
  base::logger& log;
  worker_pool& workers;
  const base::limits& limits;
  const authenticator& tokens;
  keyed_calls& keyed;
  const registry& methods;
  json_view discovery;  ///< what `rpc.discover` answers
  counters& counts;
  pubsub::hub* topics = nullptr;  ///< what the methods `topic.*` work on; unknown to this layer
};

}  // namespace sidewire::rpc
