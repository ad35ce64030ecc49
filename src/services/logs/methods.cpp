#include "services/logs/methods.hpp"

#include <algorithm>
#include <utility>

#include "services/logs/scan.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

std::string text_of(log_time time) {
  const rfc3339_text text = to_rfc3339(time);
  return {text.data(), text.size()};
}

log_file_info describe_file(const found_file& found) {
  log_file_info info{.path = found.path,
                     .size_bytes = found.facts.size_bytes,
                     .written = text_of(found.facts.written)};
  const auto file = log_file::open(found.path);
  info.readable = file.has_value();
  if (!file) info.problem = file.error().message();
  return info;
}

log_service_info describe_service(const log_source& source) {
  log_service_info info{
      .name = source.name, .format = std::string{name_of(source.format)}, .path = source.path};
  for (const found_file& found : find_files(source.path)) {
    log_file_info& file = info.files.emplace_back(describe_file(found));
    info.size_bytes += file.size_bytes;
    info.readable = info.readable || file.readable;
  }
  if (!info.readable) {
    const auto files = open_files(source);
    info.readable = files.has_value();
    if (!files) info.problem = files.error().message();
  }
  return info;
}

/// The moment that a parameter names, if it is there.
result<std::optional<log_time>> moment_of(const std::optional<std::string>& text, log_time now,
                                          std::string_view name) {
  if (!text) return std::optional<log_time>{};
  const auto found = moment(*text, now);
  if (found) return found;
  error reason{error_kind::invalid_params,
               std::string{name} +
                   " is a time such as 2026-11-21T03:14:15Z, or how long ago, such as 90s, 24h "
                   "or 7d"};
  return reason.at("/" + std::string{name});
}

/// Opens the service's files and scans them.
result<scan_result> scan_service(const catalog& known, const std::string& service,
                                 const scan_request& wanted, const call& waiting) {
  const auto source = known.find(service);
  if (!source) return source.error();
  auto files = open_files(*source);
  if (!files) return std::move(files).error();
  auto found = scan(*std::move(files), source->format, machine_zone(), wanted,
                    [&] { return waiting.cancelled(); });
  if (found.end == scan_end::cancelled) {
    return error{error_kind::request_cancelled, "the request was cancelled"};
  }
  return found;
}

result<log_entries> entries_of(result<scan_result> found) {
  if (!found) return std::move(found).error();
  return log_entries{.entries = oldest_first(found->newest_first),
                     .more = found->end != scan_end::complete};
}

/// Says how many entries would fit, from those that were too many.
error too_large(std::size_t entries, std::size_t bytes, std::size_t max_bytes) {
  const auto fitting =
      static_cast<std::size_t>(0.9 * static_cast<double>(entries) * static_cast<double>(max_bytes) /
                               static_cast<double>(bytes));
  error reason{error_kind::response_too_large,
               std::to_string(entries) + " entries take " + std::to_string(bytes) +
                   " bytes, more than the " + std::to_string(max_bytes) +
                   " that a payload may have: ask for less, such as limit " +
                   std::to_string(std::max<std::size_t>(fitting, 1))};
  return reason.limit("maxPayloadBytes");
}

}  // namespace

result<std::uint32_t> bounded(std::optional<std::uint32_t> value, std::uint32_t otherwise,
                              std::uint32_t least, std::uint32_t most, std::string_view name) {
  const std::uint32_t asked = value.value_or(otherwise);
  if (asked >= least && asked <= most) return asked;
  error reason{error_kind::invalid_params, std::string{name} + " is from " + std::to_string(least) +
                                               " to " + std::to_string(most)};
  return reason.at("/" + std::string{name});
}

log_list list_services(const catalog& known) {
  log_list list;
  for (const log_source& source : known.all()) list.services.push_back(describe_service(source));
  return list;
}

result<log_entries> tail(const catalog& known, const log_tail_params& params, const call& waiting) {
  const auto lines = bounded(params.lines, default_lines, 1, max_lines, "lines");
  if (!lines) return lines.error();
  return entries_of(scan_service(known, params.service, {.max_entries = *lines}, waiting));
}

result<log_entries> query(const catalog& known, const log_query_params& params, log_time now,
                          const call& waiting) {
  const auto limit = bounded(params.limit, default_lines, 1, max_lines, "limit");
  if (!limit) return limit.error();
  const auto since = moment_of(params.since, now, "since");
  if (!since) return since.error();
  const auto until = moment_of(params.until, now, "until");
  if (!until) return until.error();
  return entries_of(scan_service(known, params.service,
                                 {.since = *since,
                                  .until = *until,
                                  .level = params.level,
                                  .contains = params.contains.value_or(""),
                                  .max_entries = *limit},
                                 waiting));
}

result<log_large_result> get_large(const catalog& known, const log_large_params& params,
                                   log_time now, std::size_t max_payload_bytes,
                                   const call& waiting) {
  const auto limit = bounded(params.limit, default_large_limit, 1, max_large_limit, "limit");
  if (!limit) return limit.error();
  const auto since = moment_of(params.time_range, now, "timeRange");
  if (!since) return since.error();
  const auto found = scan_service(
      known, params.service,
      {.since = *since, .max_entries = *limit, .max_text_bytes = max_payload_bytes}, waiting);
  if (!found) return found.error();

  const entry_list& entries = found->newest_first;
  const std::size_t needed = packed_bytes(entries);
  if (found->end == scan_end::text || needed > max_payload_bytes) {
    return too_large(entries.size(), std::max(needed, max_payload_bytes + 1), max_payload_bytes);
  }
  bytes payload{packed(entries)};
  const bool compressed = params.format == payload_format::gzip;
  if (compressed) payload.data = gzipped(payload.data);
  return log_large_result{.total_entries = entries.size(),
                          .data_type = "logs",
                          .compressed = compressed,
                          .payload = std::move(payload)};
}

}  // namespace sidewire::services::logs
