#pragma once

#include <cstddef>
#include <functional>
#include <sidewire/topic.hpp>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.hpp"
#include "base/timer_queue.hpp"
#include "pubsub/broker.hpp"
#include "pubsub/catalog.hpp"

namespace sidewire::pubsub {

/// Holds publications of one topic back that come faster than its rate. Home shard.
class throttle final : private base::timer {
 public:
  /// A publication with all those that wait to hear of its position: its publisher, and under
  /// `conflation::latest` those whose publications it replaced.
  struct item {
    draft what;
    std::vector<broker::published> done;
  };

  /// All but the functions outlive it. `release` is called for each publication whose time has
  /// come.
  throttle(const rate_options& rate, const base::limits& bounds, base::timer_queue& timers,
           std::function<base::time_point()> now, std::function<void(item)> release);

  void take(item added);
  bool is_empty() const noexcept { return waiting_.empty(); }

 private:
  void expired(base::time_point now) override;
  void release_all();
  void wait(item added);

  const rate_options& rate_;
  const base::limits& bounds_;
  base::timer_queue& timers_;
  std::function<base::time_point()> now_;
  std::function<void(item)> release_;
  base::time_point next_release_ = base::time_point::min();
  std::vector<item> waiting_;
  map_by_name<std::size_t> index_by_key_;  // into what waits, under `conflation::latest`
};

}  // namespace sidewire::pubsub
