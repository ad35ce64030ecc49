#pragma once

#include "server/configuration.hpp"
#include "services/logs/logs.hpp"

namespace sidewire::services {

/// The `[[logs]]` entries of a configuration.
inline logs_configuration logs_of(const server::configuration& chosen) {
  using server::log_file_format;
  logs_configuration made;
  for (const server::log_source& source : chosen.logs) {
    const auto format = source.format == log_file_format::plain  ? logs::line_format::plain
                        : source.format == log_file_format::json ? logs::line_format::json
                                                                 : logs::line_format::syslog;
    made.sources.push_back({.name = source.name, .path = source.path, .format = format});
  }
  return made;
}

}  // namespace sidewire::services
