#include "services/metrics/tables.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace sidewire::services::metrics {
namespace {

constexpr std::string_view blanks = " \t";

/// Calls `each` with the words of each line.
template <class Each>
void for_each_line(std::string_view text, Each each) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    words.clear();
    for (;;) {
      line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
      if (line.empty()) break;
      words.push_back(line.substr(0, line.find_first_of(blanks)));
      line.remove_prefix(words.back().size());
    }
    each(words);
  }
}

std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool is_number = problem == std::errc{} && end == word.data() + word.size();
  return is_number ? std::optional{number} : std::nullopt;
}

/// A path in which the kernel wrote blanks and backslashes as "\040".
std::string unescaped(std::string_view word) {
  constexpr std::size_t escape_size = 4;
  std::string text;
  while (!word.empty()) {
    unsigned code = 0;
    const bool is_escape =
        word.front() == '\\' && word.size() >= escape_size &&
        std::from_chars(word.data() + 1, word.data() + escape_size, code, 8).ptr ==
            word.data() + escape_size;
    text += is_escape ? static_cast<char>(code) : word.front();
    word.remove_prefix(is_escape ? escape_size : 1);
  }
  return text;
}

}  // namespace

std::map<std::string, cpu_times> parse_core_times(std::string_view stat) {
  constexpr std::string_view name = "cpu";
  std::map<std::string, cpu_times> cores;
  while (!stat.empty()) {
    const std::string_view line = stat.substr(0, stat.find('\n'));
    stat.remove_prefix(std::min(line.size() + 1, stat.size()));
    if (!line.starts_with(name)) continue;
    const std::string_view number = line.substr(name.size(), line.find(' ') - name.size());
    if (number.empty()) continue;
    // Read as the machine's line, whose name ends where a core's number begins.
    const auto times =
        parse_machine_times("cpu " + std::string{line.substr(name.size() + number.size())});
    if (times) cores.emplace(number, *times);
  }
  return cores;
}

std::map<std::string, disk_traffic> parse_disk_traffic(std::string_view diskstats) {
  // major minor name reads merged sectors-read ms writes merged sectors-written …
  constexpr std::size_t name = 2;
  constexpr std::size_t read = 5;
  constexpr std::size_t written = 9;
  constexpr std::uint64_t sector_bytes = 512;  // whatever the disk's own are
  std::map<std::string, disk_traffic> disks;
  for_each_line(diskstats, [&](const std::vector<std::string_view>& words) {
    if (words.size() <= written) return;
    const auto read_sectors = number_of(words[read]);
    const auto written_sectors = number_of(words[written]);
    if (!read_sectors || !written_sectors) return;
    disks.emplace(words[name],
                  disk_traffic{*read_sectors * sector_bytes, *written_sectors * sector_bytes});
  });
  return disks;
}

std::map<std::string, network_traffic> parse_network_traffic(std::string_view net_dev) {
  // "eth0: bytes-received 7 more bytes-sent …", or "eth0:1234 …" where the number is wide
  constexpr std::size_t received = 0;
  constexpr std::size_t sent = 8;
  std::map<std::string, network_traffic> interfaces;
  while (!net_dev.empty()) {
    std::string_view line = net_dev.substr(0, net_dev.find('\n'));
    net_dev.remove_prefix(std::min(line.size() + 1, net_dev.size()));
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    for_each_line(line.substr(colon + 1), [&](const std::vector<std::string_view>& words) {
      if (words.size() <= sent) return;
      const auto received_bytes = number_of(words[received]);
      const auto sent_bytes = number_of(words[sent]);
      if (!received_bytes || !sent_bytes) return;
      interfaces.emplace(line.substr(0, colon), network_traffic{*received_bytes, *sent_bytes});
    });
  }
  return interfaces;
}

std::vector<mount> parse_disk_mounts(std::string_view mounts) {
  std::vector<mount> found;
  std::set<std::string> devices;
  for_each_line(mounts, [&](const std::vector<std::string_view>& words) {
    if (words.size() < 3) return;
    mount next{unescaped(words[0]), unescaped(words[1]), std::string{words[2]}};
    const bool is_disk = next.device.starts_with("/dev/") && !next.device.starts_with("/dev/loop");
    if (!is_disk && next.path != "/") return;
    if (devices.insert(next.device).second) found.push_back(std::move(next));
  });
  return found;
}

std::string parse_cpu_model(std::string_view cpuinfo) {
  const std::size_t name = cpuinfo.find("model name");
  if (name == cpuinfo.npos) return {};
  const std::string_view line = cpuinfo.substr(name, cpuinfo.find('\n', name) - name);
  const std::size_t value = line.find(": ");
  return value == line.npos ? std::string{} : std::string{line.substr(value + 2)};
}

}  // namespace sidewire::services::metrics
