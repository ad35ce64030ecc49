#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace sidewire::client {

/// A bound on bytes that several threads add to, each giving back what it took when it is done.
/// Outlives its shares. Any thread.
class byte_budget {
 public:
  /// Bytes taken; gives them back when it goes. One owner at a time.
  class share {
   public:
    share() = default;
    share(share&& other) noexcept
        : owner_{std::exchange(other.owner_, nullptr)}, count_{other.count_} {}
    share& operator=(share&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(count_, other.count_);
      return *this;
    }
    ~share() {
      if (owner_ != nullptr) owner_->used_ -= count_;
    }

   private:
    friend byte_budget;
    share(byte_budget& owner, std::size_t count) : owner_{&owner}, count_{count} {}

    byte_budget* owner_ = nullptr;
    std::size_t count_ = 0;
  };

  explicit byte_budget(std::size_t max_bytes) : max_bytes_{max_bytes} {}

  /// Nothing where the bound would be passed.
  std::optional<share> take(std::size_t count) {
    const std::size_t before = used_.fetch_add(count);
    share taken{*this, count};
    if (before > max_bytes_ || count > max_bytes_ - before) return {};
    return taken;
  }

 private:
  std::size_t max_bytes_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace sidewire::client
