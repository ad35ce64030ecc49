#pragma once

#include <chrono>
#include <cstdint>

#include "services/system/proc.hpp"

namespace sidewire::services {

/// CPU time that has gone by at a moment.
struct cpu_sample {
  std::chrono::steady_clock::time_point when;
  cpu_times machine;
  std::uint64_t process_ticks = 0;
};

/// What part of the time between two moments was spent on work: 0 to 100.
double busy_percent(const cpu_times& before, const cpu_times& now);

struct cpu_load {
  double machine_percent = 0;  ///< of all CPUs together: 0 to 100
  double process_percent = 0;  ///< of one CPU: above 100 for several threads
};

/// The load since an earlier measurement, at least a second ago (once the meter is that old), so
/// that several callers, however often they ask, do not disturb each other. Not thread-safe.
class cpu_meter {
 public:
  /// `ticks_per_second`: sysconf(_SC_CLK_TCK).
  cpu_meter(const cpu_sample& first, long ticks_per_second)
      : ticks_per_second_{static_cast<double>(ticks_per_second)}, before_{first}, last_{first} {}

  cpu_load measure(const cpu_sample& now);

 private:
  double ticks_per_second_;
  cpu_sample before_;  // what is measured against
  cpu_sample last_;    // takes its place once it is old enough
};

}  // namespace sidewire::services
