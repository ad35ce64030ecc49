#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <sidewire/call.hpp>
#include <sidewire/error.hpp>
#include <string>
#include <vector>

#include "services/logs/catalog.hpp"

/// `logs.dashboard`: what there is to see of all logs at a glance.

namespace sidewire::services::logs {

/// Entries by level; those without one are `none`.
struct log_level_counts {
  std::uint32_t trace = 0;
  std::uint32_t debug = 0;
  std::uint32_t info = 0;
  std::uint32_t warn = 0;
  std::uint32_t error = 0;
  std::uint32_t fatal = 0;
  std::uint32_t none = 0;
};
BOOST_DESCRIBE_STRUCT(log_level_counts, (), (trace, debug, info, warn, error, fatal, none))

struct log_service_summary {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::optional<std::string> last_entry = {};  ///< the last time that an entry names: RFC 3339
  log_level_counts levels = {};                ///< of the last entries
  std::optional<std::string> problem = {};     ///< why they could not be read
};
BOOST_DESCRIBE_STRUCT(log_service_summary, (), (name, size_bytes, last_entry, levels, problem))

struct log_dashboard {
  std::vector<log_service_summary> services;
};
BOOST_DESCRIBE_STRUCT(log_dashboard, (), (services))

struct log_dashboard_params {
  std::optional<std::uint32_t> lines = {};
};
BOOST_DESCRIBE_STRUCT(log_dashboard_params, (), (lines))

inline constexpr std::uint32_t default_dashboard_lines = 100;
inline constexpr std::uint32_t max_dashboard_lines = 1'000;

/// Any thread; `waiting` may be cancelled meanwhile.
result<log_dashboard> dashboard(const catalog& known, const log_dashboard_params& params,
                                const call& waiting);

}  // namespace sidewire::services::logs
