#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/bytes.hpp>
#include <sidewire/call.hpp>
#include <sidewire/error.hpp>
#include <string>
#include <vector>

#include "services/logs/catalog.hpp"
#include "services/logs/entry.hpp"
#include "services/logs/payload.hpp"

/// The methods that read logs once, as plain functions: params in, result or error out.

namespace sidewire::services::logs {

struct log_file_info {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string written;  ///< when it last was: RFC 3339 in UTC
  bool readable = false;
  std::optional<std::string> problem = {};  ///< why it is not readable
};
BOOST_DESCRIBE_STRUCT(log_file_info, (), (path, size_bytes, written, readable, problem))

struct log_service_info {
  std::string name;
  std::string format;  ///< "auto", "plain", "json" or "syslog"
  std::string path;    ///< as configured
  std::uint64_t size_bytes = 0;
  bool readable = false;  ///< at least one file is
  std::optional<std::string> problem = {};
  std::vector<log_file_info> files = {};  ///< the last written last
};
BOOST_DESCRIBE_STRUCT(log_service_info, (),
                      (name, format, path, size_bytes, readable, problem, files))

struct log_list {
  std::vector<log_service_info> services;
};
BOOST_DESCRIBE_STRUCT(log_list, (), (services))

/// Entries of one service, oldest first.
struct log_entries {
  std::vector<log_entry> entries;
  bool more = false;  ///< there are older ones, or may be
};
BOOST_DESCRIBE_STRUCT(log_entries, (), (entries, more))

struct log_tail_params {
  std::string service;
  std::optional<std::uint32_t> lines = {};
};
BOOST_DESCRIBE_STRUCT(log_tail_params, (), (service, lines))

struct log_query_params {
  std::string service;
  std::optional<std::string> since = {};
  std::optional<std::string> until = {};
  std::optional<log_level> level = {};
  std::optional<std::string> contains = {};
  std::optional<std::uint32_t> limit = {};
};
BOOST_DESCRIBE_STRUCT(log_query_params, (), (service, since, until, level, contains, limit))

struct log_large_params {
  std::string service;
  std::optional<std::string> time_range = {};
  std::optional<std::uint32_t> limit = {};
  std::optional<payload_format> format = {};
};
BOOST_DESCRIBE_STRUCT(log_large_params, (), (service, time_range, limit, format))

struct log_large_result {
  std::uint64_t total_entries = 0;
  std::string data_type;    ///< "logs"
  bool compressed = false;  ///< whether `payload` is in gzip
  bytes payload;            ///< a MessagePack array of `log_entry`, oldest first
};
BOOST_DESCRIBE_STRUCT(log_large_result, (), (total_entries, data_type, compressed, payload))

inline constexpr std::uint32_t default_lines = 100;
inline constexpr std::uint32_t max_lines = 10'000;
inline constexpr std::uint32_t default_large_limit = 50'000;
inline constexpr std::uint32_t max_large_limit = 1'000'000;

/// `value`, which is at least `least` and at most `most`; else `invalid_params` at `/name`.
result<std::uint32_t> bounded(std::optional<std::uint32_t> value, std::uint32_t otherwise,
                              std::uint32_t least, std::uint32_t most, std::string_view name);

/// Any thread; `waiting` may be cancelled meanwhile.
log_list list_services(const catalog& known);
result<log_entries> tail(const catalog& known, const log_tail_params& params, const call& waiting);
result<log_entries> query(const catalog& known, const log_query_params& params, log_time now,
                          const call& waiting);
result<log_large_result> get_large(const catalog& known, const log_large_params& params,
                                   log_time now, std::size_t max_payload_bytes,
                                   const call& waiting);

}  // namespace sidewire::services::logs
