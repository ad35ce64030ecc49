#include "pubsub/publication_log.hpp"

#include <utility>

namespace sidewire::pubsub {

void publication_log::begin_at(std::uint64_t next) {
  kept_.clear();
  end_ = history_first_ = next;
  size_bytes_ = history_bytes_ = 0;
}

void publication_log::push(shared_publication added) {
  const std::size_t bytes = added->size_bytes();
  kept_.push_back(std::move(added));
  ++end_;
  size_bytes_ += bytes;
  history_bytes_ += bytes;
  while (end_ - history_first_ > bounds_.max_count || history_bytes_ > bounds_.max_bytes) {
    shrink_history();
  }
}

void publication_log::age(base::time_point now) {
  if (bounds_.max_age.count() == 0) return;
  while (history_first_ != end_ && at(history_first_)->published_at() + bounds_.max_age < now) {
    shrink_history();
  }
}

void publication_log::drop_before(std::uint64_t offset) {
  while (first() < offset && first() < history_first_) {
    size_bytes_ -= kept_.front()->size_bytes();
    kept_.pop_front();
  }
}

void publication_log::drop_beyond(std::size_t max_bytes) {
  while (size_bytes_ > max_bytes && first() < history_first_) {
    size_bytes_ -= kept_.front()->size_bytes();
    kept_.pop_front();
  }
}

void publication_log::shrink_history() {
  history_bytes_ -= at(history_first_)->size_bytes();
  ++history_first_;
}

}  // namespace sidewire::pubsub
