#include "services/metrics/state.hpp"

#include <algorithm>
#include <cmath>

#include "services/system/cpu_meter.hpp"

namespace sidewire::services::metrics {
namespace {

double to_tenth(double percent) {
  return std::round(percent * 10) / 10;
}

/// The unit in which a number has so many digits, 1 for those that have less.
std::uint64_t unit_of(std::uint64_t number, int digits) {
  std::uint64_t beyond = 10;
  for (int digit = 1; digit < digits; ++digit) beyond *= 10;
  std::uint64_t unit = 1;
  for (; number >= beyond; number /= 10) unit *= 10;
  return unit;
}

/// Never more than it is, so that what is available does not pass its total.
std::uint64_t to_four_digits(std::uint64_t bytes) {
  const std::uint64_t unit = unit_of(bytes, 4);
  return bytes / unit * unit;
}

std::uint64_t per_second(std::uint64_t before, std::uint64_t now, double seconds) {
  constexpr std::uint64_t finest = 100;
  if (now <= before || seconds <= 0) return 0;
  const auto exact = static_cast<std::uint64_t>(static_cast<double>(now - before) / seconds);
  const std::uint64_t unit = std::max(finest, unit_of(exact, 3));
  return (exact + unit / 2) / unit * unit;
}

/// What `before` has under a name, else `now`, as if nothing had gone by.
template <class T>
const T& earlier(const std::map<std::string, T>& before, const std::string& name, const T& now) {
  const auto found = before.find(name);
  return found == before.end() ? now : found->second;
}

disk_state state_of(const disk_sample& before, const disk_sample& now, double seconds) {
  return {.device = now.device,
          .type = now.type,
          .total_bytes = now.total_bytes,
          .available_bytes = to_four_digits(now.available_bytes),
          .read_bytes = to_four_digits(now.traffic.read_bytes),
          .written_bytes = to_four_digits(now.traffic.written_bytes),
          .read_per_second = per_second(before.traffic.read_bytes, now.traffic.read_bytes, seconds),
          .written_per_second =
              per_second(before.traffic.written_bytes, now.traffic.written_bytes, seconds)};
}

interface_state state_of(const interface_sample& before, const interface_sample& now,
                         double seconds) {
  return {
      .address = now.address,
      .state = now.state,
      .received_bytes = to_four_digits(now.traffic.received_bytes),
      .sent_bytes = to_four_digits(now.traffic.sent_bytes),
      .received_per_second =
          per_second(before.traffic.received_bytes, now.traffic.received_bytes, seconds),
      .sent_per_second = per_second(before.traffic.sent_bytes, now.traffic.sent_bytes, seconds)};
}

}  // namespace

machine_state state_between(const machine_sample& before, const machine_sample& now) {
  const double seconds = std::chrono::duration<double>{now.when - before.when}.count();
  machine_state state;
  state.cpu.model = now.cpu_model;
  state.cpu.percent = to_tenth(busy_percent(before.cpu, now.cpu));
  for (const auto& [number, times] : now.cores) {
    state.cpu.cores[number] = to_tenth(busy_percent(earlier(before.cores, number, times), times));
  }
  state.memory = {.total_bytes = now.memory_total_bytes,
                  .available_bytes = to_four_digits(now.memory_available_bytes),
                  .swap_total_bytes = now.swap_total_bytes,
                  .swap_free_bytes = to_four_digits(now.swap_free_bytes)};
  for (const auto& [path, disk] : now.disks) {
    state.disks[path] = state_of(earlier(before.disks, path, disk), disk, seconds);
  }
  for (const auto& [name, interface] : now.network) {
    state.network[name] = state_of(earlier(before.network, name, interface), interface, seconds);
  }
  return state;
}

}  // namespace sidewire::services::metrics
