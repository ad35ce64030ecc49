#include "services/logs/dashboard.hpp"

#include "services/logs/methods.hpp"
#include "services/logs/scan.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

std::uint32_t& count_of(log_level_counts& counts, std::optional<log_level> level) {
  if (!level) return counts.none;
  switch (*level) {
    case log_level::trace:
      return counts.trace;
    case log_level::debug:
      return counts.debug;
    case log_level::info:
      return counts.info;
    case log_level::warn:
      return counts.warn;
    case log_level::error:
      return counts.error;
    case log_level::fatal:
      break;
  }
  return counts.fatal;
}

log_service_summary summary_of(const log_source& source, std::uint32_t lines, const call& waiting) {
  log_service_summary summary{.name = source.name};
  for (const found_file& found : find_files(source.path)) {
    summary.size_bytes += found.facts.size_bytes;
  }
  auto files = open_files(source);
  if (!files) {
    summary.problem = files.error().message();
    return summary;
  }
  const scan_result found = scan(*std::move(files), source.format, machine_zone(),
                                 {.max_entries = lines}, [&] { return waiting.cancelled(); });
  for (const parsed_line& line : found.newest_first.lines()) {
    ++count_of(summary.levels, line.level);
    if (summary.last_entry || !line.time) continue;
    const rfc3339_text text = to_rfc3339(*line.time);
    summary.last_entry = std::string{text.data(), text.size()};
  }
  return summary;
}

}  // namespace

result<log_dashboard> dashboard(const catalog& known, const log_dashboard_params& params,
                                const call& waiting) {
  const auto lines =
      bounded(params.lines, default_dashboard_lines, 1, max_dashboard_lines, "lines");
  if (!lines) return lines.error();
  log_dashboard all;
  for (const log_source& source : known.all()) {
    if (waiting.cancelled()) {
      return error{error_kind::request_cancelled, "the request was cancelled"};
    }
    all.services.push_back(summary_of(source, *lines, waiting));
  }
  return all;
}

}  // namespace sidewire::services::logs
