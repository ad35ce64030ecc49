#pragma once

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
#include "rpc/call_counts.hpp"
#include "rpc/keyed_calls.hpp"
#include "rpc/recorder.hpp"
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
  counter calls;  ///< requests, elements of batches each
  counter notifications;
  counter failed_calls;
  counter calls_in_flight;
  call_counts by_method;
};

/// What the calls of one shard share. Outlives them all.
struct environment {
  boost::asio::io_context::executor_type executor;
  base::timer_queue& timers;
  std::function<base::time_point()> now;  ///< tells `counts` what it says
  base::logger& log;
  worker_pool& workers;
  const base::limits& limits;
  const authenticator& tokens;
  keyed_calls& keyed;
  const registry& methods;
  json_view discovery;  ///< what `rpc.discover` answers
  counters& counts;
  recorder* traffic = nullptr;    ///< null: nothing is recorded
  pubsub::hub* topics = nullptr;  ///< what the methods `topic.*` work on; unknown to this layer

  /// A call of a method, by its number, has ended in the turn in which it began.
  void count_call(std::size_t method, call_ending how) {
    counts.by_method.ended_at_once(method, how);
    if (counts.by_method.wants_time()) now();
  }
};

}  // namespace sidewire::rpc
