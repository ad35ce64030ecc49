#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sidewire::rpc {

/// Threads for methods that block or compute for long. Bounded: a full queue refuses. Any thread.
class worker_pool {
 public:
  worker_pool(std::size_t thread_count, std::size_t max_waiting);
  /// Drops what waits and joins the threads after what they are at.
  ~worker_pool();

  enum class outcome { taken, full };
  outcome try_post(std::function<void()> work);

 private:
  void run();

  std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sidewire::rpc
