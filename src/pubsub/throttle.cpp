#include "pubsub/throttle.hpp"

#include <iterator>
#include <utility>

namespace sidewire::pubsub {

throttle::throttle(const rate_options& rate, const base::limits& bounds, base::timer_queue& timers,
                   std::function<base::time_point()> now, std::function<void(item)> release)
    : rate_{rate},
      bounds_{bounds},
      timers_{timers},
      now_{std::move(now)},
      release_{std::move(release)} {}

void throttle::take(item added) {
  const base::time_point now = now_();
  if (waiting_.empty() && now >= next_release_) {
    next_release_ = now + rate_.min_interval;
    return release_(std::move(added));
  }
  wait(std::move(added));
  if (waiting_.size() >= bounds_.max_waiting_publications) return release_all();
  if (!is_set()) timers_.set(*this, next_release_);
}

void throttle::wait(item added) {
  if (rate_.conflate == conflation::latest) {
    const auto [found, is_new] = index_by_key_.try_emplace(added.what.key, waiting_.size());
    if (!is_new) {
      item& replaced = waiting_[found->second];
      replaced.what = std::move(added.what);
      std::ranges::move(added.done, std::back_inserter(replaced.done));
      return;
    }
  }
  waiting_.push_back(std::move(added));
}

void throttle::expired(base::time_point) {
  release_all();
}

void throttle::release_all() {
  cancel();
  next_release_ = now_() + rate_.min_interval;
  index_by_key_.clear();
  for (item& next : std::exchange(waiting_, {})) release_(std::move(next));
}

}  // namespace sidewire::pubsub
