#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "services/system/cpu_meter.hpp"
#include "services/system/server_facts.hpp"

/// What `system.info`, `system.stats` and `system.dashboard` answer with, and where it comes from.

namespace sidewire::services {

struct system_info {
  std::string name;      ///< "sidewire"
  std::string version;   ///< of the program
  std::string protocol;  ///< of the wire, "sidewire/1"
  std::string instance;
  std::string hostname;
  std::string os;      ///< "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;  ///< "6.1.0-30-amd64"
  std::string architecture;
  std::uint32_t cpus = 0;
  std::int64_t pid = 0;
  std::string started;  ///< RFC 3339 in UTC
  std::uint64_t uptime_ms = 0;
};
BOOST_DESCRIBE_STRUCT(system_info, (),
                      (name, version, protocol, instance, hostname, os, kernel, architecture, cpus,
                       pid, started, uptime_ms))

struct cpu_stats {
  double percent = 0;          ///< of the machine, 0 to 100
  double process_percent = 0;  ///< of one CPU: above 100 for several threads
};
BOOST_DESCRIBE_STRUCT(cpu_stats, (), (percent, process_percent))

struct memory_stats {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  ///< that programs could still get
  std::uint64_t process_bytes = 0;    ///< resident
};
BOOST_DESCRIBE_STRUCT(memory_stats, (), (total_bytes, available_bytes, process_bytes))

struct system_stats {
  std::uint64_t uptime_ms = 0;
  cpu_stats cpu;
  memory_stats memory;
  server_counters server;
};
BOOST_DESCRIBE_STRUCT(system_stats, (), (uptime_ms, cpu, memory, server))

/// Processes that run or want to, on average; 0 where the system does not tell.
struct load_averages {
  double one_minute = 0;
  double five_minutes = 0;
  double fifteen_minutes = 0;
};
BOOST_DESCRIBE_STRUCT(load_averages, (), (one_minute, five_minutes, fifteen_minutes))

struct system_dashboard {
  system_info info;
  system_stats stats;
  load_averages load;
};
BOOST_DESCRIBE_STRUCT(system_dashboard, (), (info, stats, load))

/// The machine and process as they are now. Any thread.
class machine {
 public:
  /// Now is when the server started.
  machine();

  system_info info(const server_facts& server) const;
  system_stats stats(const server_facts& server);
  system_dashboard dashboard(const server_facts& server);

 private:
  std::uint64_t uptime_ms() const;

  std::chrono::system_clock::time_point started_;
  std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;  // guards the meter
  cpu_meter meter_;
};

}  // namespace sidewire::services
