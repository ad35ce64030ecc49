#pragma once

#include <cstddef>
#include <sidewire/registry.hpp>
#include <string>
#include <vector>

#include "services/logs/line_parser.hpp"

namespace sidewire::services {

/// A service that writes a log: what callers ask for by name.
struct log_source {
  std::string name;
  std::string path;  ///< a file, or a pattern (glob(7)) of files that are read as one log
  logs::line_format format = logs::line_format::detect;
};

struct logs_configuration {
  /// Without any: the log files that a Debian machine has, see `debian_sources`.
  std::vector<log_source> sources = {};
  /// Bytes of a `logs.getLarge` payload. `response_too_large`. A base64 string is a third longer.
  std::size_t max_payload_bytes = 48 * 1024 * 1024;
};

/// Adds `logs.list`, `logs.tail`, `logs.query`, `logs.getLarge`, `logs.follow` and
/// `logs.dashboard`. Throws std::invalid_argument for sources without a name or path, or with one
/// name.
void add_logs(registry& methods, logs_configuration configuration);

}  // namespace sidewire::services
