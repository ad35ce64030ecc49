#pragma once

#include <string>

#include "services/logs/time_text.hpp"
#include "services/logs/wall_clock.hpp"

/// Clocks whose zone does not depend on the machine that tests.

namespace sidewire::services::logs {

inline log_time at(std::string_view rfc3339) {
  return *moment(rfc3339, {});
}

inline wall_clock clock_ahead_of_utc(std::chrono::seconds offset,
                                     std::string_view latest = "2026-11-21T03:38:02Z") {
  return {at(latest), [offset](auto) { return offset; }};
}

inline wall_clock utc_clock(std::string_view latest = "2026-11-21T03:38:02Z") {
  return clock_ahead_of_utc(std::chrono::seconds{0}, latest);
}

/// Empty where there is no time, so that tests compare text.
inline std::string text_of(std::optional<log_time> time) {
  if (!time) return {};
  const rfc3339_text text = to_rfc3339(*time);
  return {text.data(), text.size()};
}

}  // namespace sidewire::services::logs
