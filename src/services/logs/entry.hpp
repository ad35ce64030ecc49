#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a line of a log file says, in the two forms that it has on its way: seen where it lies
/// while files are read, and owned when it goes to a caller.

namespace sidewire::services::logs {

/// Severities, in rising order. Other vocabularies are mapped onto these: syslog's notice is
/// `info`, its critical, alert and emergency are `fatal`.
enum class log_level : std::uint8_t { trace, debug, info, warn, error, fatal };
BOOST_DESCRIBE_ENUM(log_level, trace, debug, info, warn, error, fatal)

/// The moment that a line names, in UTC.
using log_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Bytes of a line that are kept; what is longer is cut and marked.
inline constexpr std::size_t max_line_bytes = 64 * 1024;
/// What ends a line that was cut.
inline constexpr std::string_view cut_mark = " … [cut]";

/// A line as it lies in a file, without its end ("\n" or "\r\n").
struct raw_line {
  std::string_view text;
  bool cut = false;  ///< the line is longer than `max_line_bytes`
};

/// A line and what it says. Refers to the line's text and to its parser's memory.
struct parsed_line {
  std::optional<log_time> time;
  std::optional<log_level> level;
  std::string_view message;  ///< what remains without time, level and host
  std::string_view line;
};

/// What callers get of a line.
struct log_entry {
  std::optional<std::string> time;  ///< RFC 3339 in UTC with milliseconds
  std::optional<log_level> level;
  std::string message;
  std::string line;  ///< as it stands in the file
};
BOOST_DESCRIBE_STRUCT(log_entry, (), (time, level, message, line))

}  // namespace sidewire::services::logs
