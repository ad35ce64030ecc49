#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "base/limits.hpp"
#include "pubsub/publication.hpp"

namespace sidewire::pubsub {

/// Where a program's own publications wait for the home shard: until it serves, and on their way to
/// it. Any thread.
class intake {
 public:
  /// `wake` has `take` called on the home shard, at once where something waits; it must not call it
  /// itself.
  void open(std::size_t max_bytes, std::function<void()> wake);
  void close();
  /// False where it is closed, or would hold more than its bound.
  bool put(draft what);
  /// What waits, in order.
  std::vector<draft> take();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;  // empty before it serves
  bool is_closed_ = false;
  std::vector<draft> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t max_bytes_ = base::limits{}.max_waiting_publish_bytes;
};

}  // namespace sidewire::pubsub
