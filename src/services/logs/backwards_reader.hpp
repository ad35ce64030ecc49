#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/logs/entry.hpp"
#include "services/logs/log_file.hpp"

namespace sidewire::services::logs {

/// Reads a file's lines from the last to the first, block by block: what is asked for is read, and
/// no more, however large the file is. Holds at most a block and a line. Empty lines are left out.
/// Not thread-safe.
class backwards_reader {
 public:
  /// Begins before the byte at `end`. `file` must outlive the reader.
  backwards_reader(const log_file& file, std::uint64_t end);

  /// The line before the last one returned, valid until the next call; empty at the file's
  /// beginning.
  std::optional<raw_line> next();
  std::uint64_t read_bytes() const noexcept { return read_bytes_; }

 private:
  void read_block();

  const log_file* file_;
  std::uint64_t offset_;  // of the buffer's first byte in the file
  std::vector<char> buffer_;
  std::size_t size_ = 0;     // bytes in the buffer that no line has had yet
  std::size_t block_bytes_;  // of the next block
  bool cut_ = false;         // the last line's end was dropped
  std::uint64_t read_bytes_ = 0;
};

/// The offset after the last line end before `size`, where a reader of new lines begins; `size`
/// itself when none is within `max_line_bytes`.
std::uint64_t end_of_last_line(const log_file& file, std::uint64_t size);

}  // namespace sidewire::services::logs
