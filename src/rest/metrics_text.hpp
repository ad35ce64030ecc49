#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <sidewire/error.hpp>
#include <sidewire/registry.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/call_counts.hpp"

/// What `/metrics` answers: the counts of the server in the text format of Prometheus (0.0.4).
namespace sidewire::rest {

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// A value by one label's value.
struct labelled_count {
  std::string_view label;
  std::uint64_t count = 0;
};
struct transport_bytes {
  std::string_view transport;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};

/// The counts of all shards together at one moment.
struct metrics_facts {
  std::string_view version = {};
  std::uint64_t connections = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t sessions_attached = 0;
  std::uint64_t sessions_detached = 0;
  std::uint64_t sessions_total = 0;
  std::vector<labelled_count> resumes = {};  ///< by outcome
  std::uint64_t calls_in_flight = 0;
  std::uint64_t notifications_total = 0;
  std::uint64_t publications_total = 0;
  std::uint64_t deliveries_total = 0;
  std::uint64_t dropped_total = 0;
  std::vector<transport_bytes> bytes = {};
};

/// `calls`: of each shard. Labels are bounded: a method is named where it is registered, and all
/// others are one, `method=""`. A method that was never called has no series of durations, and an
/// error that never happened none of its own.
std::string metrics_text(const metrics_facts& facts, const registry& methods,
                         std::span<const rpc::call_counts* const> calls);

}  // namespace sidewire::rest
