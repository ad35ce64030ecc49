#pragma once

#include <cstdint>
#include <optional>

#include "services/logs/backwards_reader.hpp"
#include "services/logs/entry_list.hpp"
#include "services/logs/line_parser.hpp"

namespace sidewire::services::logs {

/// A line with a time and the lines without one that follow it, such as a stack trace: they have
/// its time and level. Lines of files without any time come in groups that have neither.
struct line_group {
  std::optional<log_time> time;
  std::optional<log_level> level;
  log_time order;    ///< the time, or an estimate from what follows
  entry_list lines;  ///< newest first
};

/// Reads a file's groups from the last to the first. Not thread-safe.
class group_reader {
 public:
  group_reader(file_part part, line_format written_as, zone_offset zone);
  group_reader(group_reader&&) = delete;

  /// The group before the last one returned; false at the file's beginning.
  bool next(line_group& group);
  std::uint64_t read_bytes() const noexcept { return reader_.read_bytes(); }

 private:
  log_file file_;
  backwards_reader reader_;
  log_time order_;
  line_parser parser_;
};

}  // namespace sidewire::services::logs
