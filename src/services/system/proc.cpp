#include "services/system/proc.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace sidewire::services {
namespace {

/// Takes the next number, over spaces alone.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// What follows `name` at the beginning of a line, up to the line's end.
std::optional<std::string_view> line_after(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(name)) return line.substr(name.size());
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<cpu_times> parse_machine_times(std::string_view stat) {
  // cpu user nice system idle iowait irq softirq steal guest guest_nice; user includes guest
  constexpr int counted_columns = 8;
  constexpr int idle_column = 3;
  constexpr int disk_wait_column = 4;
  auto line = line_after(stat, "cpu ");
  if (!line) return std::nullopt;
  cpu_times times;
  for (int column = 0; column < counted_columns; ++column) {
    const auto ticks = take_number(*line);
    if (!ticks) return std::nullopt;
    times.total_ticks += *ticks;
    if (column != idle_column && column != disk_wait_column) times.busy_ticks += *ticks;
  }
  return times;
}

std::optional<std::uint64_t> parse_process_ticks(std::string_view stat) {
  // "812 (name, maybe with spaces and brackets) S 1 …": counted from the last bracket, user mode is
  // the 12th column and kernel mode the 13th.
  constexpr int columns_before = 11;
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 1);
  for (int column = 0; column < columns_before; ++column) {
    stat.remove_prefix(std::min(stat.find_first_not_of(' '), stat.size()));
    stat.remove_prefix(std::min(stat.find(' '), stat.size()));
  }
  const auto user = take_number(stat);
  const auto kernel = take_number(stat);
  if (!user || !kernel) return std::nullopt;
  return *user + *kernel;
}

std::optional<std::uint64_t> parse_memory_bytes(std::string_view meminfo, std::string_view name) {
  auto line = line_after(meminfo, std::string{name} + ":");
  if (!line) return std::nullopt;
  const auto kibibytes = take_number(*line);
  return kibibytes ? std::optional{*kibibytes * 1024} : std::nullopt;
}

std::optional<std::uint64_t> parse_resident_pages(std::string_view statm) {
  if (!take_number(statm)) return std::nullopt;
  return take_number(statm);
}

std::optional<std::string> parse_os_release(std::string_view text, std::string_view name) {
  auto value = line_after(text, std::string{name} + "=");
  if (!value) return std::nullopt;
  if (value->size() >= 2 && value->front() == '"' && value->back() == '"') {
    value = value->substr(1, value->size() - 2);
  }
  return std::string{*value};
}

std::string read_small_file(const char* path) {
  constexpr std::size_t max_bytes = 64 * 1024;
  std::string text;
  const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return text;
  text.resize(max_bytes);
  std::size_t size = 0;
  while (size < max_bytes) {
    const ssize_t got = ::read(descriptor, text.data() + size, max_bytes - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(descriptor);
  text.resize(size);
  return text;
}

}  // namespace sidewire::services
