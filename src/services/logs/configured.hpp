#pragma once

#include <algorithm>
#include <cstddef>

#include "server/configuration.hpp"
#include "services/logs/logs.hpp"

namespace sidewire::services {

inline logs::line_format line_format_of(server::log_file_format format) {
  switch (format) {
    case server::log_file_format::automatic:
      break;
    case server::log_file_format::plain:
      return logs::line_format::plain;
    case server::log_file_format::json:
      return logs::line_format::json;
    case server::log_file_format::syslog:
      return logs::line_format::syslog;
  }
  return logs::line_format::detect;
}

/// The `[[logs]]` entries of a configuration, and payloads that fit into its responses: as base64,
/// four bytes for three, with room for what is around them.
inline logs_configuration logs_of(const server::configuration& chosen) {
  constexpr std::size_t room_around = 4096;
  logs_configuration made;
  for (const server::log_source& source : chosen.logs) {
    made.sources.push_back(
        {.name = source.name, .path = source.path, .format = line_format_of(source.format)});
  }
  const std::size_t fitting = chosen.limits.max_response_bytes / 4 * 3;
  made.max_payload_bytes = fitting - std::min(fitting, room_around);
  return made;
}

}  // namespace sidewire::services
