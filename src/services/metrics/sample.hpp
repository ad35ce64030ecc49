#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "services/metrics/tables.hpp"
#include "services/system/proc.hpp"

namespace sidewire::services::metrics {

struct disk_sample {
  std::string device;  ///< its name under /dev
  std::string type;
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  ///< to users other than root
  disk_traffic traffic;
};

struct interface_sample {
  std::string address;  ///< of the hardware
  std::string state;    ///< "up", "down", "unknown", … (operstate)
  network_traffic traffic;
};

/// What the machine tells at a moment. A value.
struct machine_sample {
  std::chrono::steady_clock::time_point when;
  std::string cpu_model;
  cpu_times cpu;
  std::map<std::string, cpu_times> cores;
  std::uint64_t memory_total_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;
  std::map<std::string, disk_sample> disks;  ///< by where they are mounted
  std::map<std::string, interface_sample> network;
};

struct disk_space {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
};

/// Where samples come from. May wait for a disk.
class machine_source {
 public:
  virtual ~machine_source() = default;
  virtual std::chrono::steady_clock::time_point now() const = 0;
  /// The beginning of a small file; empty where it cannot be read.
  virtual std::string read(const std::string& path) const = 0;
  /// Empty where nothing is mounted there any more.
  virtual std::optional<disk_space> space_of(const std::string& mount_path) const = 0;
  /// The path behind links, itself where there is none.
  virtual std::string resolved(const std::string& path) const = 0;
};

/// The machine that this runs on.
class this_machine final : public machine_source {
 public:
  std::chrono::steady_clock::time_point now() const override;
  std::string read(const std::string& path) const override;
  std::optional<disk_space> space_of(const std::string& mount_path) const override;
  std::string resolved(const std::string& path) const override;
};

/// Takes samples of a machine. Not thread-safe.
class sampler {
 public:
  /// `source` outlives it.
  explicit sampler(const machine_source& source);
  machine_sample take() const;

 private:
  const machine_source& source_;
  std::string cpu_model_;  // asked once, since it is long in coming where there are many cores
};

}  // namespace sidewire::services::metrics
