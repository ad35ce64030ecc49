#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/buffer.hpp"

namespace sidewire::base {

/// Containers that are borrowed while they hold something, so that an idle owner has no memory and
/// a busy one allocates none. Keeps a bounded amount. `T` is moved cheaply and has `clear` and
/// `capacity_bytes`. Shard.
template <class T>
class pool {
 public:
  /// An empty one, with memory where there is some.
  T take() {
    if (kept_.empty()) return {};
    T taken = std::move(kept_.back());
    kept_.pop_back();
    kept_bytes_ -= taken.capacity_bytes();
    return taken;
  }

  void give_back(T returned) {
    returned.clear();
    const std::size_t size = returned.capacity_bytes();
    if (size == 0 || kept_.size() == max_count || kept_bytes_ + size > max_bytes) return;
    kept_bytes_ += size;
    kept_.push_back(std::move(returned));
  }

 private:
  static constexpr std::size_t max_count = 64;
  static constexpr std::size_t max_bytes = std::size_t{8} * 1024 * 1024;

  std::vector<T> kept_;
  std::size_t kept_bytes_ = 0;
};

using buffer_pool = pool<buffer>;

}  // namespace sidewire::base
