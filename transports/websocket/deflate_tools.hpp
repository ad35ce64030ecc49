#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/deflate.hpp"
#include "base/limits.hpp"
#include "base/pool.hpp"

namespace sidewire::websocket {

/// What the compressing connections of a shard share: streams for messages that are compressed
/// alone, and memory for the message at hand. Outlives them. Shard.
class deflate_tools {
 public:
  /// `limits` outlive it.
  explicit deflate_tools(const base::limits& limits) : limits_{limits} {}

  /// A message of fewer bytes is not compressed.
  std::size_t min_message_bytes() const noexcept { return limits_.compression_threshold_bytes; }

  /// A stream at its beginning, for one message however many pieces it comes in. Reads any window.
  std::unique_ptr<base::inflater> borrow_inflater();
  void give_back(std::unique_ptr<base::inflater> returned);
  /// A stream at its beginning, for one message that is there whole.
  base::deflater& deflater(int window_bits);

  /// For what messages inflate to.
  base::buffer_pool& buffers() noexcept { return buffers_; }
  /// Empty, for what a message deflates to; the next caller has it next.
  base::buffer& scratch();

 private:
  static constexpr std::size_t max_kept_inflaters = 16;
  static constexpr std::size_t max_kept_scratch_bytes = std::size_t{1024} * 1024;

  const base::limits& limits_;
  std::vector<std::unique_ptr<base::inflater>> inflaters_;
  std::array<std::unique_ptr<base::deflater>, base::max_window_bits + 1> deflaters_;  // by bits
  base::buffer_pool buffers_;
  base::buffer scratch_;
};

}  // namespace sidewire::websocket
