#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "services/logs/entry.hpp"

namespace sidewire::services::logs {

/// Lines that were chosen, in the order of choosing, with a copy of their text in few large blocks:
/// an entry costs no allocation of its own. Not thread-safe; moving keeps the lines where they are.
class entry_list {
 public:
  void add(const parsed_line& line);
  /// Forgets the lines and keeps the memory of one block.
  void clear();

  std::span<const parsed_line> lines() const noexcept { return lines_; }
  std::size_t size() const noexcept { return lines_.size(); }
  std::size_t text_bytes() const noexcept { return text_bytes_; }

 private:
  std::string_view copy(std::string_view text);

  std::vector<parsed_line> lines_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t room_ = 0;  // at the end of the last block
  std::size_t last_block_bytes_ = 0;
  std::size_t text_bytes_ = 0;
};

/// A line as its caller gets it.
log_entry to_entry(const parsed_line& line);

/// The lines of a list that was filled from the newest to the oldest, oldest first.
std::vector<log_entry> oldest_first(const entry_list& newest_first);

}  // namespace sidewire::services::logs
