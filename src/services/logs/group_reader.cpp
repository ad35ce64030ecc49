#include "services/logs/group_reader.hpp"

#include <utility>

namespace sidewire::services::logs {
namespace {

/// Bounds of what is held until a line with a time is found.
constexpr std::size_t max_group_lines = 256;
constexpr std::size_t max_group_bytes = 1024 * 1024;

}  // namespace

group_reader::group_reader(file_part part, line_format written_as, zone_offset zone)
    : file_{std::move(part.file)},
      reader_{file_, part.size_bytes},
      order_{file_.facts().written},
      parser_{written_as, wall_clock{order_, std::move(zone)}} {}

bool group_reader::next(line_group& group) {
  group.time.reset();
  group.level.reset();
  group.lines.clear();
  while (!group.time && group.lines.size() < max_group_lines &&
         group.lines.text_bytes() < max_group_bytes) {
    const auto line = reader_.next();
    if (!line) break;
    const parsed_line parsed = parser_.parse(*line);
    group.lines.add(parsed);
    group.time = parsed.time;
    if (parsed.time) {
      group.level = parsed.level;
      order_ = *parsed.time;
    }
  }
  group.order = order_;
  return group.lines.size() != 0;
}

}  // namespace sidewire::services::logs
