#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/buffer.hpp"

namespace sidewire::net {

/// Buffers that connections borrow while they have something to hold, so that an idle one owns no
/// memory and a busy one allocates none. Keeps a bounded amount. Shard.
class buffer_pool {
 public:
  /// An empty buffer, with memory where there is some.
  base::buffer take() {
    if (kept_.empty()) return {};
    base::buffer taken = std::move(kept_.back());
    kept_.pop_back();
    kept_bytes_ -= taken.capacity();
    return taken;
  }

  void give_back(base::buffer returned) {
    returned.clear();
    const bool worth_keeping = returned.capacity() != 0 && kept_.size() < max_count &&
                               kept_bytes_ + returned.capacity() <= max_bytes;
    if (!worth_keeping) return;
    kept_bytes_ += returned.capacity();
    kept_.push_back(std::move(returned));
  }

 private:
  static constexpr std::size_t max_count = 64;
  static constexpr std::size_t max_bytes = std::size_t{8} * 1024 * 1024;

  std::vector<base::buffer> kept_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace sidewire::net
