#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "services/logs/entry.hpp"
#include "services/logs/wall_clock.hpp"

/// The times that log files are full of, from and to text.

namespace sidewire::services::logs {

/// A time and how many bytes of the text it took.
struct found_time {
  log_time time;
  std::size_t length = 0;
};

/// The time that `text` begins with, in brackets or bare. Knows
///   2026-11-21T03:14:15.123Z, 2026-11-21 03:14:15,123 +0100, 2026/11/21 03:14:15   RFC 3339, ISO
///   Nov 21 03:14:15                                                    RFC 3164, without a year
///   [21/Nov/2026:03:14:15 +0000]                                       web servers' access logs
///   [Sat Nov 21 03:14:15.123456 2026]                                  Apache's error log, asctime
/// Times without a zone are the clock's.
std::optional<found_time> time_at_front(std::string_view text, const wall_clock& clock);

/// The first such time in the first 256 bytes of `text`, at the beginning of a word. Bare times
/// without a year count at the front alone.
std::optional<log_time> time_within(std::string_view text, const wall_clock& clock);

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970: its size says which.
/// Empty when it is no time before the year 10000.
std::optional<log_time> time_of_epoch(double number);

/// What callers write for a moment: RFC 3339 ("2026-11-21T03:14:15Z", or a date alone, which begins
/// at midnight UTC), or how long ago: a number with s, m, h, d or w ("90s", "24h", "7d").
std::optional<log_time> moment(std::string_view text, log_time now);

/// "2026-11-21T03:14:15.123Z"
using rfc3339_text = std::array<char, 24>;
/// `time` is within the years 0 to 9999, as every time found above is.
rfc3339_text to_rfc3339(log_time time);

}  // namespace sidewire::services::logs
