#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "pubsub/publication.hpp"

namespace sidewire::pubsub {

/// Where a program's own publications wait for the home shard. Closed before it serves and after.
/// Any thread.
class intake {
 public:
  /// `wake` has `take` called on the home shard; it must not call it itself.
  void open(std::size_t max_bytes, std::function<void()> wake);
  void close();
  /// False where it is closed, or holds more than its bound.
  bool put(draft what);
  /// What waits, in order.
  std::vector<draft> take();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;  // empty: closed
  std::vector<draft> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t max_bytes_ = 0;
};

}  // namespace sidewire::pubsub
