#include <algorithm>

#include "services/logs/level_text.hpp"
#include "services/logs/line_formats.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

/// What stands between a time and the text: "2026-11-21 03:14:15,123 - name - ERROR - text".
std::string_view without_separator(std::string_view text) {
  const auto trim = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  };
  trim();
  if (text.starts_with("- ") || text.starts_with("| ") || text.starts_with(": ")) {
    text.remove_prefix(2);
    trim();
  }
  return text;
}

}  // namespace

parsed_line parse_plain_line(std::string_view line, const wall_clock& clock) {
  parsed_line parsed{.time = {}, .level = {}, .message = line, .line = line};
  if (const auto found = time_at_front(line, clock)) {
    parsed.time = found->time;
    parsed.message = without_separator(line.substr(found->length));
  } else {
    parsed.time = time_within(line, clock);
  }
  const found_level found = level_in(parsed.message);
  parsed.level = found.level;
  parsed.message = found.rest;
  return parsed;
}

}  // namespace sidewire::services::logs
