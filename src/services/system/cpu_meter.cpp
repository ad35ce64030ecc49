#include "services/system/cpu_meter.hpp"

#include <algorithm>
#include <utility>

namespace sidewire::services {
namespace {

/// Counters of CPU time may step back a little (proc(5)): then nothing has gone by.
double gone_by(std::uint64_t before, std::uint64_t now) {
  return now > before ? static_cast<double>(now - before) : 0;
}

}  // namespace

double busy_percent(const cpu_times& before, const cpu_times& now) {
  const double total = gone_by(before.total_ticks, now.total_ticks);
  if (total <= 0) return 0;
  return std::min(100.0, 100 * gone_by(before.busy_ticks, now.busy_ticks) / total);
}

cpu_load cpu_meter::measure(const cpu_sample& now) {
  constexpr std::chrono::seconds shortest_span{1};
  if (now.when - last_.when >= shortest_span) before_ = std::exchange(last_, now);

  cpu_load load;
  load.machine_percent = busy_percent(before_.machine, now.machine);
  const std::chrono::duration<double> span = now.when - before_.when;
  if (span.count() > 0) {
    load.process_percent = 100 * gone_by(before_.process_ticks, now.process_ticks) /
                           (span.count() * ticks_per_second_);
  }
  return load;
}

}  // namespace sidewire::services
