#include "pubsub/intake.hpp"

#include <utility>

namespace sidewire::pubsub {

void intake::open(std::size_t max_bytes, std::function<void()> wake) {
  const std::lock_guard lock{mutex_};
  max_bytes_ = max_bytes;
  wake_ = std::move(wake);
  is_closed_ = false;
  if (!waiting_.empty()) wake_();
}

void intake::close() {
  const std::lock_guard lock{mutex_};
  wake_ = nullptr;
  is_closed_ = true;
  waiting_.clear();
  waiting_bytes_ = 0;
}

bool intake::put(draft what) {
  const std::size_t bytes = what.size_bytes();
  const std::lock_guard lock{mutex_};
  if (is_closed_ || (waiting_bytes_ != 0 && waiting_bytes_ + bytes > max_bytes_)) return false;
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(what));
  if (wake_ && waiting_.size() == 1) wake_();
  return true;
}

std::vector<draft> intake::take() {
  const std::lock_guard lock{mutex_};
  waiting_bytes_ = 0;
  return std::exchange(waiting_, {});
}

}  // namespace sidewire::pubsub
