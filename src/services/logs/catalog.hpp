#pragma once

#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "services/logs/log_file.hpp"
#include "services/logs/logs.hpp"

namespace sidewire::services::logs {

/// The services whose logs can be read. Callers name a service, never a path, so that nothing else
/// can be reached. Immutable; what files there are is looked up at each use. Any thread.
class catalog {
 public:
  explicit catalog(std::vector<log_source> sources) : configured_{std::move(sources)} {}

  /// In the order of the configuration, or by name.
  std::vector<log_source> all() const;
  /// `not_found` names the services that there are.
  result<log_source> find(std::string_view name) const;

 private:
  std::vector<log_source> configured_;
};

/// The log files of a Debian machine that are there now, a service each, by name: `*.log` as
/// "dpkg", "alternatives", …, `apt/*.log` as "apt-history" and "apt-term", and "syslog".
std::vector<log_source> debian_sources(const std::string& directory = "/var/log");

/// Opens a service's files, as far as they are written now. Of a pattern's files those that can be
/// read; the error of the last one where none can.
result<std::vector<file_part>> open_files(const log_source& source);

}  // namespace sidewire::services::logs
