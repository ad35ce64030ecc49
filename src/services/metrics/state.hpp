#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "services/metrics/sample.hpp"

/// What `metrics.update` brings. Made so that its merge patches are small: what has a name is a
/// member of that name and no element of an array, nothing is null, and what always moves is
/// rounded as people read it, so that it moves less: percentages to 0.1, rates to three digits and
/// no finer than 100 bytes, and what is counted or available down to four digits. Totals are exact.

namespace sidewire::services::metrics {

struct cpu_state {
  std::string model;
  double percent = 0;  ///< of all cores together: 0 to 100
  std::map<std::string, double> cores;
};
BOOST_DESCRIBE_STRUCT(cpu_state, (), (model, percent, cores))

struct memory_state {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(memory_state, (),
                      (total_bytes, available_bytes, swap_total_bytes, swap_free_bytes))

struct disk_state {
  std::string device;
  std::string type;
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
  std::uint64_t read_bytes = 0;  ///< since the machine was started
  std::uint64_t written_bytes = 0;
  std::uint64_t read_per_second = 0;  ///< bytes
  std::uint64_t written_per_second = 0;
};
BOOST_DESCRIBE_STRUCT(disk_state, (),
                      (device, type, total_bytes, available_bytes, read_bytes, written_bytes,
                       read_per_second, written_per_second))

struct interface_state {
  std::string address;
  std::string state;
  std::uint64_t received_bytes = 0;  ///< since the machine was started
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_per_second = 0;  ///< bytes
  std::uint64_t sent_per_second = 0;
};
BOOST_DESCRIBE_STRUCT(interface_state, (),
                      (address, state, received_bytes, sent_bytes, received_per_second,
                       sent_per_second))

struct machine_state {
  cpu_state cpu;
  memory_state memory;
  std::map<std::string, disk_state> disks;         ///< by where they are mounted
  std::map<std::string, interface_state> network;  ///< by interface
};
BOOST_DESCRIBE_STRUCT(machine_state, (), (cpu, memory, disks, network))

/// The state at `now`, with loads and rates since `before`. Of what was not there then they are 0.
machine_state state_between(const machine_sample& before, const machine_sample& now);

}  // namespace sidewire::services::metrics
