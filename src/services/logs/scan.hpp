#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/logs/entry_list.hpp"
#include "services/logs/line_parser.hpp"
#include "services/logs/log_file.hpp"

namespace sidewire::services::logs {

/// Which lines are wanted, and how much may be done for them.
struct scan_request {
  std::optional<log_time> since = {};    ///< at or after
  std::optional<log_time> until = {};    ///< before
  std::optional<log_level> level = {};   ///< this or a graver one
  std::string contains = {};             ///< in the whole line; ASCII letters in either case
  std::size_t max_entries = 100;         ///< the newest are taken
  std::size_t max_text_bytes = 8 << 20;  ///< of lines and messages
  std::uint64_t max_read_bytes = std::uint64_t{1} << 30;
};

enum class scan_end : std::uint8_t {
  complete,   ///< everything that matches was found
  entries,    ///< there are more than `max_entries`
  text,       ///< they hold more than `max_text_bytes`
  reading,    ///< `max_read_bytes` were read: older lines were not looked at
  cancelled,  ///< nobody waits any more
};

struct scan_result {
  entry_list newest_first;
  scan_end end = scan_end::complete;
};

/// Reads files, merged by time, from the newest line back. Where a time is asked for, lines without
/// one count as of the time before them; in files without any time nothing matches then. A file is
/// read no further than some lines beyond `since`.
scan_result scan(std::vector<file_part> files, line_format written_as, const zone_offset& zone,
                 const scan_request& wanted, const std::function<bool()>& cancelled);

}  // namespace sidewire::services::logs
