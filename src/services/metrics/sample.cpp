#include "services/metrics/sample.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace sidewire::services::metrics {
namespace {

/// A file of one word.
std::string read_word(const machine_source& source, const std::string& path) {
  std::string text = source.read(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

std::map<std::string, disk_sample> sample_disks(const machine_source& source) {
  const auto traffic = parse_disk_traffic(source.read("/proc/diskstats"));
  std::map<std::string, disk_sample> disks;
  for (const mount& mounted : parse_disk_mounts(source.read("/proc/mounts"))) {
    const auto space = source.space_of(mounted.path);
    if (!space) continue;
    const std::string device = source.resolved(mounted.device);
    disk_sample disk{.device = device.substr(device.rfind('/') + 1),
                     .type = mounted.type,
                     .total_bytes = space->total_bytes,
                     .available_bytes = space->available_bytes,
                     .traffic = {}};
    if (const auto found = traffic.find(disk.device); found != traffic.end()) {
      disk.traffic = found->second;
    }
    disks.insert_or_assign(mounted.path, std::move(disk));
  }
  return disks;
}

std::map<std::string, interface_sample> sample_network(const machine_source& source) {
  std::map<std::string, interface_sample> network;
  for (const auto& [name, traffic] : parse_network_traffic(source.read("/proc/net/dev"))) {
    const std::string folder = "/sys/class/net/" + name;
    network.emplace(name, interface_sample{.address = read_word(source, folder + "/address"),
                                           .state = read_word(source, folder + "/operstate"),
                                           .traffic = traffic});
  }
  return network;
}

}  // namespace

std::chrono::steady_clock::time_point this_machine::now() const {
  return std::chrono::steady_clock::now();
}

std::string this_machine::read(const std::string& path) const {
  return read_small_file(path.c_str());
}

std::optional<disk_space> this_machine::space_of(const std::string& mount_path) const {
  struct statvfs told {};
  if (::statvfs(mount_path.c_str(), &told) != 0) return std::nullopt;
  return disk_space{.total_bytes = std::uint64_t{told.f_blocks} * told.f_frsize,
                    .available_bytes = std::uint64_t{told.f_bavail} * told.f_frsize};
}

std::string this_machine::resolved(const std::string& path) const {
  std::error_code problem;
  const auto found = std::filesystem::canonical(path, problem);
  return problem ? path : found.string();
}

sampler::sampler(const machine_source& source)
    : source_{source}, cpu_model_{parse_cpu_model(source.read("/proc/cpuinfo"))} {}

machine_sample sampler::take() const {
  const std::string stat = source_.read("/proc/stat");
  const std::string meminfo = source_.read("/proc/meminfo");
  const auto memory = [&](std::string_view name) {
    return parse_memory_bytes(meminfo, name).value_or(0);
  };
  return {.when = source_.now(),
          .cpu_model = cpu_model_,
          .cpu = parse_machine_times(stat).value_or(cpu_times{}),
          .cores = parse_core_times(stat),
          .memory_total_bytes = memory("MemTotal"),
          .memory_available_bytes = memory("MemAvailable"),
          .swap_total_bytes = memory("SwapTotal"),
          .swap_free_bytes = memory("SwapFree"),
          .disks = sample_disks(source_),
          .network = sample_network(source_)};
}

}  // namespace sidewire::services::metrics
