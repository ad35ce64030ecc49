#include "services/logs/scan.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/logs/group_reader.hpp"

namespace sidewire::services::logs {
namespace {

/// Groups in a row that are older than what is wanted until a file counts as read: some lines come
/// late, or name a time that is not their own.
constexpr std::size_t max_older_groups = 64;
/// Groups between two looks at whether the call was cancelled.
constexpr std::size_t groups_between_checks = 256;

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool contains(std::string_view text, std::string_view lower_wanted) {
  const auto same = [](char left, char right) { return lower(left) == right; };
  return std::search(text.begin(), text.end(), lower_wanted.begin(), lower_wanted.end(), same) !=
         text.end();
}

/// A file and its newest group that was not looked at yet.
struct open_file {
  open_file(file_part file, line_format written_as, const zone_offset& zone)
      : reader{std::move(file), written_as, zone} {
    step();
  }
  void step() { at_end = !reader.next(group); }

  group_reader reader;
  line_group group;
  std::size_t older_groups = 0;  // in a row
  bool at_end = false;           // nothing more of it can match
};

class file_scanner {
 public:
  file_scanner(const scan_request& wanted, const std::function<bool()>& cancelled)
      : wanted_{wanted}, text_{wanted.contains}, cancelled_{cancelled} {
    std::transform(text_.begin(), text_.end(), text_.begin(), lower);
  }

  void open(file_part file, line_format written_as, const zone_offset& zone) {
    files_.push_back(std::make_unique<open_file>(std::move(file), written_as, zone));
  }

  scan_result run() {
    for (std::size_t groups = 1;; ++groups) {
      open_file* const newest = newest_file();
      if (!newest) return {std::move(found_), scan_end::complete};
      if (is_older(*newest)) {
        newest->at_end = true;
        continue;
      }
      if (const auto end = take(newest->group)) return {std::move(found_), *end};
      newest->step();
      if (read_bytes() > wanted_.max_read_bytes) return {std::move(found_), scan_end::reading};
      if (groups % groups_between_checks == 0 && cancelled_()) {
        return {std::move(found_), scan_end::cancelled};
      }
    }
  }

 private:
  /// The file whose next group is the newest of all; null when nothing more can match.
  open_file* newest_file() {
    open_file* newest = nullptr;
    for (const auto& file : files_) {
      if (file->at_end) continue;
      if (!newest || file->group.order > newest->group.order) newest = file.get();
    }
    return newest;
  }

  /// Whether the file goes on with lines that are older than what is wanted.
  bool is_older(open_file& file) const {
    if (!wanted_.since || !file.group.time) return false;
    file.older_groups = *file.group.time < *wanted_.since ? file.older_groups + 1 : 0;
    return file.older_groups > max_older_groups;
  }

  /// Why to stop, or nothing.
  std::optional<scan_end> take(const line_group& group) {
    if (wanted_.since && !(group.time && *group.time >= *wanted_.since)) return std::nullopt;
    if (wanted_.until && !(group.time && *group.time < *wanted_.until)) return std::nullopt;
    for (const parsed_line& line : group.lines.lines()) {
      const auto level = line.level ? line.level : group.level;
      if (wanted_.level && !(level && *level >= *wanted_.level)) continue;
      if (!text_.empty() && !contains(line.line, text_)) continue;
      if (found_.size() == wanted_.max_entries) return scan_end::entries;
      if (found_.text_bytes() + line.line.size() > wanted_.max_text_bytes) return scan_end::text;
      found_.add(line);
    }
    return std::nullopt;
  }

  std::uint64_t read_bytes() const {
    std::uint64_t sum = 0;
    for (const auto& file : files_) sum += file->reader.read_bytes();
    return sum;
  }

  const scan_request& wanted_;
  std::string text_;  // in small letters
  const std::function<bool()>& cancelled_;
  std::vector<std::unique_ptr<open_file>> files_;
  entry_list found_;
};

}  // namespace

scan_result scan(std::vector<file_part> files, line_format written_as, const zone_offset& zone,
                 const scan_request& wanted, const std::function<bool()>& cancelled) {
  file_scanner at{wanted, cancelled};
  for (file_part& file : files) at.open(std::move(file), written_as, zone);
  return at.run();
}

}  // namespace sidewire::services::logs
