#include "base/timer_queue.hpp"

namespace sidewire::base {

void timer_queue::set(timer& what, time_point when) {
  what.cancel();
  heap_.push_back({when, &what});
  what.queue_ = this;
  what.index_ = heap_.size() - 1;
  rise(what.index_);
  if (what.index_ == 0 && sooner_) sooner_();
}

std::optional<time_point> timer_queue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

void timer_queue::run_expired(time_point now) {
  while (!heap_.empty() && heap_.front().when <= now) {
    timer& due = *heap_.front().what;
    remove(0);
    due.expired(now);
  }
}

void timer_queue::remove(std::size_t index) noexcept {
  heap_[index].what->queue_ = nullptr;
  const entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  place(index, last);
  rise(index);
  sink(last.what->index_);
}

void timer_queue::place(std::size_t index, entry moved) noexcept {
  heap_[index] = moved;
  moved.what->index_ = index;
}

void timer_queue::rise(std::size_t index) noexcept {
  const entry moved = heap_[index];
  while (index != 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent].when <= moved.when) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, moved);
}

void timer_queue::sink(std::size_t index) noexcept {
  const entry moved = heap_[index];
  while (true) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].when < heap_[child].when) ++child;
    if (moved.when <= heap_[child].when) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, moved);
}

}  // namespace sidewire::base
