#include "services/logs/entry_list.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>

#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

constexpr std::size_t block_bytes = 256 * 1024;

bool lies_within(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

void entry_list::add(const parsed_line& line) {
  parsed_line kept = line;
  kept.line = copy(line.line);
  if (lies_within(line.message, line.line)) {
    const auto offset = static_cast<std::size_t>(line.message.data() - line.line.data());
    kept.message = kept.line.substr(offset, line.message.size());
  } else {
    kept.message = copy(line.message);
  }
  lines_.push_back(kept);
}

void entry_list::clear() {
  lines_.clear();
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  room_ = last_block_bytes_;
  text_bytes_ = 0;
}

std::string_view entry_list::copy(std::string_view text) {
  if (text.size() > room_) {
    last_block_bytes_ = room_ = std::max(block_bytes, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
  }
  if (text.empty()) return {};
  char* const place = blocks_.back().get() + (last_block_bytes_ - room_);
  std::copy(text.begin(), text.end(), place);
  room_ -= text.size();
  text_bytes_ += text.size();
  return {place, text.size()};
}

log_entry to_entry(const parsed_line& line) {
  log_entry made{.time = {},
                 .level = line.level,
                 .message = std::string{line.message},
                 .line = std::string{line.line}};
  if (line.time) {
    const rfc3339_text text = to_rfc3339(*line.time);
    made.time.emplace(text.data(), text.size());
  }
  return made;
}

std::vector<log_entry> oldest_first(const entry_list& newest_first) {
  std::vector<log_entry> entries;
  entries.reserve(newest_first.size());
  const auto lines = newest_first.lines();
  std::transform(lines.rbegin(), lines.rend(), std::back_inserter(entries), to_entry);
  return entries;
}

}  // namespace sidewire::services::logs
