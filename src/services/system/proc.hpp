#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What Linux tells in /proc (proc(5)): the text of its files to numbers.

namespace sidewire::services {

/// CPU time in clock ticks, in all and spent on work.
struct cpu_times {
  std::uint64_t total_ticks = 0;
  std::uint64_t busy_ticks = 0;
};

/// Of the machine, all its CPUs together: the first line of /proc/stat. Waiting for a disk counts
/// as idle.
std::optional<cpu_times> parse_machine_times(std::string_view stat);
/// Of a process, in user and kernel mode: /proc/self/stat.
std::optional<std::uint64_t> parse_process_ticks(std::string_view stat);
/// A line of /proc/meminfo, such as "MemAvailable", in bytes.
std::optional<std::uint64_t> parse_memory_bytes(std::string_view meminfo, std::string_view name);
/// Resident pages of a process: /proc/self/statm.
std::optional<std::uint64_t> parse_resident_pages(std::string_view statm);
/// The value of a name in /etc/os-release, without quotes.
std::optional<std::string> parse_os_release(std::string_view text, std::string_view name);

/// The first 64 KiB of a file; empty where it cannot be read.
std::string read_small_file(const char* path);

}  // namespace sidewire::services
