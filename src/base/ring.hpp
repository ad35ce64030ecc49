#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace sidewire::base {

/// A growing queue in one piece of memory, which it keeps until it is destroyed, so that a steady
/// flow allocates nothing. Not thread-safe; a moved-from ring is empty.
template <class T>
class ring {
 public:
  ring() = default;
  ring(ring&& other) noexcept { swap(other); }
  ring& operator=(ring&& other) noexcept {
    ring taken{std::move(other)};
    swap(taken);
    return *this;
  }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity_bytes() const noexcept { return capacity_ * sizeof(T); }

  /// `index` counts from the front and is below `size`.
  T& operator[](std::size_t index) noexcept { return slots_[place(index)]; }
  const T& operator[](std::size_t index) const noexcept { return slots_[place(index)]; }
  T& front() noexcept { return slots_[first_]; }
  const T& front() const noexcept { return slots_[first_]; }
  T& back() noexcept { return slots_[place(size_ - 1)]; }

  void push_back(T value) {
    if (size_ == capacity_) grow();
    slots_[place(size_)] = std::move(value);
    ++size_;
  }
  /// The value is let go of at once.
  void pop_front() noexcept {
    slots_[first_] = T{};
    first_ = (first_ + 1) & (capacity_ - 1);
    --size_;
  }
  void clear() noexcept {
    while (!empty()) pop_front();
  }

  void swap(ring& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(capacity_, other.capacity_);
    std::swap(first_, other.first_);
    std::swap(size_, other.size_);
  }

 private:
  static constexpr std::size_t smallest = 16;

  /// The capacity is a power of two.
  std::size_t place(std::size_t index) const noexcept { return (first_ + index) & (capacity_ - 1); }

  void grow() {
    const std::size_t wanted = capacity_ == 0 ? smallest : 2 * capacity_;
    std::unique_ptr<T[]> grown{new T[wanted]};
    for (std::size_t index = 0; index != size_; ++index) grown[index] = std::move((*this)[index]);
    slots_ = std::move(grown);
    capacity_ = wanted;
    first_ = 0;
  }

  std::unique_ptr<T[]> slots_;
  std::size_t capacity_ = 0;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sidewire::base
