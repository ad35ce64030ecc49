#include "services/logs/follower.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/logs/entry_list.hpp"

namespace sidewire::services::logs {

follower::follower(line_format written_as, zone_offset zone)
    : parser_{written_as, wall_clock{log_time{}, std::move(zone)}} {}

bool follower::join(file_identity file, std::uint64_t offset) {
  const auto [at, is_new] = files_.try_emplace(file);
  if (!is_new) return false;
  at->second.offset = offset;
  at->second.joined = ++joins_;
  return true;
}

std::vector<found_file> follower::look(std::span<const found_file> named) {
  for (auto& [identity, file] : files_) ++file.looks_without_name;
  std::vector<found_file> unknown;
  for (const found_file& found : named) {
    const auto known = files_.find(found.facts.identity);
    if (known == files_.end()) {
      unknown.push_back(found);
    } else {
      known->second.looks_without_name = 0;
    }
  }
  return unknown;
}

std::optional<std::uint64_t> follower::wanted(const file_facts& now) {
  followed& file = files_.at(now.identity);
  if (now.size_bytes < file.offset) {
    file.offset = 0;
    file.lines.reset();
  }
  file.at_end = now.size_bytes == file.offset;
  if (file.at_end) return std::nullopt;
  return file.offset;
}

void follower::feed(file_identity identity, log_time written, std::string_view bytes) {
  followed& file = files_.at(identity);
  file.offset += bytes.size();
  file.has_bytes = file.has_bytes || !bytes.empty();
  parser_.set_latest(written);
  file.lines.feed(bytes, [&](raw_line line) { add(line); });
}

std::vector<file_identity> follower::departed() {
  std::vector<file_identity> gone;
  for (auto at = files_.begin(); at != files_.end();) {
    followed& file = at->second;
    if (!file.at_end || file.looks_without_name == 0 || !is_replaced(file)) {
      ++at;
      continue;
    }
    file.lines.finish([&](raw_line line) { add(line); });
    gone.push_back(at->first);
    at = files_.erase(at);
  }
  return gone;
}

bool follower::is_replaced(const followed& file) const {
  if (file.looks_without_name > max_looks_without_name) return true;
  return std::any_of(files_.begin(), files_.end(), [&](const auto& other) {
    return other.second.joined > file.joined && other.second.has_bytes;
  });
}

std::vector<log_entry> follower::take(std::size_t max_count) {
  const std::size_t most = std::min(max_count, entries_.size());
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < most; ++count) {
    bytes += entries_[count].line.size() + entries_[count].message.size();
    if (count != 0 && bytes > max_taken_bytes) break;
  }
  const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<log_entry> taken{std::make_move_iterator(entries_.begin()),
                               std::make_move_iterator(end)};
  entries_.erase(entries_.begin(), end);
  return taken;
}

void follower::add(raw_line line) {
  entries_.push_back(to_entry(parser_.parse(line)));
}

}  // namespace sidewire::services::logs
