#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/awaitable.hpp>
#include <sidewire/call.hpp>
#include <string>
#include <vector>

#include "services/logs/catalog.hpp"
#include "services/logs/entry.hpp"

namespace sidewire::services::logs {

struct log_follow_params {
  std::string service;
  std::optional<std::uint32_t> lines = {};
  std::optional<std::uint32_t> max_entries = {};
};
BOOST_DESCRIBE_STRUCT(log_follow_params, (), (service, lines, max_entries))

/// One `$/progress` value: entries that came together, at least one.
struct log_batch {
  std::vector<log_entry> entries;
};
BOOST_DESCRIBE_STRUCT(log_batch, (), (entries))

struct follow_summary {
  std::uint64_t entries = 0;  ///< that were streamed
};
BOOST_DESCRIBE_STRUCT(follow_summary, (), (entries))

inline constexpr std::uint32_t max_first_lines = 1000;

/// `logs.follow`: streams a service's last lines, then its new ones. Ends after `max_entries`, or
/// when it is cancelled. Shard.
awaitable<follow_summary> follow(std::shared_ptr<const catalog> known, log_follow_params params,
                                 call& caller);

}  // namespace sidewire::services::logs
