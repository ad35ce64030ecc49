#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/system/proc.hpp"

/// The tables of /proc (proc(5)) that have a row for each core, disk, mount and interface. Rows
/// that cannot be read are left out.

namespace sidewire::services::metrics {

/// Since the machine was started.
struct disk_traffic {
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
};
struct network_traffic {
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};
struct mount {
  std::string device;  ///< "/dev/sda1", or what else the file system is made of
  std::string path;
  std::string type;  ///< "ext4"
};

/// By number: the lines "cpu0", "cpu1", … of /proc/stat.
std::map<std::string, cpu_times> parse_core_times(std::string_view stat);
/// By device, partitions included: /proc/diskstats.
std::map<std::string, disk_traffic> parse_disk_traffic(std::string_view diskstats);
/// By interface: /proc/net/dev.
std::map<std::string, network_traffic> parse_network_traffic(std::string_view net_dev);
/// The file systems on disks and the one at "/", each once, by its first mount: /proc/mounts.
/// Images that are mounted as files (loop devices) are left out.
std::vector<mount> parse_disk_mounts(std::string_view mounts);
/// "Intel(R) Xeon(R) …", empty where it is not told: /proc/cpuinfo.
std::string parse_cpu_model(std::string_view cpuinfo);

}  // namespace sidewire::services::metrics
