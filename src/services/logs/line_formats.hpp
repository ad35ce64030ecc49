#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/logs/entry.hpp"
#include "services/logs/wall_clock.hpp"

/// One function for each way in which lines are written. Results refer to `line`, and to `memory`
/// where the message had to be put together.

namespace sidewire::services::logs {

parsed_line parse_plain_line(std::string_view line, const wall_clock& clock);

/// Whether a header must look like syslog's beyond doubt, or the file is known to be one.
enum class syslog_certainty : std::uint8_t { looks, known };

/// Empty where the line has no syslog header.
std::optional<parsed_line> parse_syslog_line(std::string_view line, const wall_clock& clock,
                                             syslog_certainty certainty, std::string& memory);

/// Reads objects with the usual names: time, timestamp, ts, @timestamp; level, severity, lvl,
/// log.level; message, msg, log, event. Not thread-safe.
class json_line_parser {
 public:
  json_line_parser();
  ~json_line_parser();

  /// Empty where the line is no JSON object. The message is valid until the next call.
  std::optional<parsed_line> parse(std::string_view line, const wall_clock& clock);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace sidewire::services::logs
