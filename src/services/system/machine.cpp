#include "services/system/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "base/version.hpp"

namespace sidewire::services {
namespace {

cpu_sample sample_now() {
  return {.when = std::chrono::steady_clock::now(),
          .machine = parse_machine_times(read_small_file("/proc/stat")).value_or(cpu_times{}),
          .process_ticks = parse_process_ticks(read_small_file("/proc/self/stat")).value_or(0)};
}

memory_stats memory_now() {
  const std::string meminfo = read_small_file("/proc/meminfo");
  const auto pages = parse_resident_pages(read_small_file("/proc/self/statm")).value_or(0);
  return {.total_bytes = parse_memory_bytes(meminfo, "MemTotal").value_or(0),
          .available_bytes = parse_memory_bytes(meminfo, "MemAvailable").value_or(0),
          .process_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
}

std::string rfc3339(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

machine::machine()
    : started_{std::chrono::system_clock::now()},
      start_{std::chrono::steady_clock::now()},
      meter_{sample_now(), ::sysconf(_SC_CLK_TCK)} {}

std::uint64_t machine::uptime_ms() const {
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
}

system_info machine::info(const server_facts& server) const {
  utsname kernel{};
  ::uname(&kernel);
  const std::string release = read_small_file("/etc/os-release");
  return {.name = "sidewire",
          .version = std::string{base::version},
          .protocol = std::string{base::protocol_name},
          .instance = server.instance(),
          .hostname = kernel.nodename,
          .os = parse_os_release(release, "PRETTY_NAME").value_or(kernel.sysname),
          .kernel = kernel.release,
          .architecture = kernel.machine,
          .cpus = std::thread::hardware_concurrency(),
          .pid = ::getpid(),
          .started = rfc3339(started_),
          .uptime_ms = uptime_ms()};
}

system_stats machine::stats(const server_facts& server) {
  const cpu_sample now = sample_now();
  cpu_load load;
  {
    const std::lock_guard lock{mutex_};
    load = meter_.measure(now);
  }
  return {.uptime_ms = uptime_ms(),
          .cpu = {.percent = load.machine_percent, .process_percent = load.process_percent},
          .memory = memory_now(),
          .server = server.counters()};
}

system_dashboard machine::dashboard(const server_facts& server) {
  std::array<double, 3> load{};
  if (::getloadavg(load.data(), static_cast<int>(load.size())) < 0) load = {};
  return {.info = info(server), .stats = stats(server), .load = {load[0], load[1], load[2]}};
}

}  // namespace sidewire::services
