#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <utility>

namespace sidewire::client {

/// Numbers from 0 to 1, for spreading clients that would else act together.
inline std::function<double()> random_source() {
  return [engine = std::minstd_rand{std::random_device{}()}]() mutable {
    return std::generate_canonical<double, 24>(engine);
  };
}

/// How long to wait before each attempt: anything up to a bound that doubles with every failure, so
/// that clients who lost one server do not come back together ("full jitter"). `random` gives
/// numbers from 0 to 1. The client's thread.
class backoff {
 public:
  using duration = std::chrono::milliseconds;

  /// `first` is the bound of the first wait, `longest` of all; `first` is at least 1 ms.
  backoff(duration first, duration longest, std::function<double()> random)
      : first_{std::max(first, duration{1})},
        longest_{std::max(longest, first_)},
        random_{std::move(random)} {}

  duration next() {
    const duration bound = bound_;
    bound_ = std::min(2 * bound_, longest_);
    return part_of(bound);
  }
  /// A random part of a time.
  duration part_of(duration whole) {
    return std::chrono::duration_cast<duration>(whole * random_());
  }
  /// An attempt has succeeded.
  void reset() { bound_ = first_; }

 private:
  duration first_;
  duration longest_;
  duration bound_ = first_;
  std::function<double()> random_;
};

}  // namespace sidewire::client
