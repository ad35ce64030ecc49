#include "rpc/worker_pool.hpp"

#include <utility>

namespace sidewire::rpc {

worker_pool::worker_pool(std::size_t thread_count, std::size_t max_waiting)
    : max_waiting_{max_waiting} {
  for (std::size_t index = 0; index < thread_count; ++index) {
    threads_.emplace_back([this] { run(); });
  }
}

worker_pool::~worker_pool() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    waiting_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

worker_pool::outcome worker_pool::try_post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= max_waiting_) return outcome::full;
    waiting_.push_back(std::move(work));
  }
  wake_.notify_one();
  return outcome::taken;
}

void worker_pool::run() {
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace sidewire::rpc
