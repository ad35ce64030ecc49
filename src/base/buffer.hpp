#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace sidewire::base {

/// A growing run of bytes, read at the front and written at the back: what a connection holds of an
/// incomplete message and of unsent output. `padding` bytes past the end can always be read, so
/// that a message is parsed where it lies. Not thread-safe; a moved-from buffer is empty.
class buffer {
 public:
  /// Readable bytes kept past the end, at least simdjson's SIMDJSON_PADDING.
  static constexpr std::size_t padding = 64;

  buffer() = default;
  buffer(buffer&& other) noexcept { swap(other); }
  buffer& operator=(buffer&& other) noexcept {
    buffer taken{std::move(other)};
    swap(taken);
    return *this;
  }

  char* data() noexcept { return bytes_.get() + begin_; }
  const char* data() const noexcept { return bytes_.get() + begin_; }
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }
  std::size_t capacity_bytes() const noexcept { return capacity_; }
  std::span<char> bytes() noexcept { return {data(), size()}; }
  std::string_view view() const noexcept { return {data(), size()}; }

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(prepare(text.size()), text.data(), text.size());
    end_ += text.size();
  }
  void push_back(char byte) {
    *prepare(1) = byte;
    ++end_;
  }

  /// Room for `count` bytes at the back; `commit` says how many of them were written. Invalidates
  /// every pointer into the buffer.
  char* prepare(std::size_t count) {
    if (end_ + count + padding > capacity_) make_room(count);
    return bytes_.get() + end_;
  }
  void commit(std::size_t count) noexcept { end_ += count; }

  /// Forgets `count` bytes at the front.
  void consume(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Forgets everything after the first `size` bytes.
  void truncate(std::size_t size) noexcept { end_ = begin_ + size; }
  void clear() noexcept { begin_ = end_ = 0; }
  /// Gives the memory back.
  void release() noexcept { buffer{}.swap(*this); }

  void swap(buffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  void make_room(std::size_t count) {
    const std::size_t used = size();
    if (begin_ >= used && used + count + padding <= capacity_) {
      std::memmove(bytes_.get(), data(), used);
    } else {
      const std::size_t wanted = std::max(used + count + padding, 2 * capacity_);
      std::unique_ptr<char[]> grown{new char[wanted]};
      if (used != 0) std::memcpy(grown.get(), data(), used);
      bytes_ = std::move(grown);
      capacity_ = wanted;
    }
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sidewire::base
