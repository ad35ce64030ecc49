#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "services/logs/entry.hpp"
#include "services/logs/line_assembler.hpp"
#include "services/logs/line_parser.hpp"
#include "services/logs/log_file.hpp"

namespace sidewire::services::logs {

/// Decides what following a service's files means, without touching them: which files to read and
/// from where, when one has been replaced, and which entries their new bytes hold.
///
/// A file is known by what it is, not by its name. One that is renamed is read on until a file that
/// came after it holds something, or it has been without a name of the service's for a while. One
/// that shrank was emptied and is read from its beginning; one that was emptied and grew beyond its
/// old size between two looks cannot be told from one that merely grew. Not thread-safe.
class follower {
 public:
  /// Looks at the service's names, by `look`, until a file without one is let go of.
  static constexpr int max_looks_without_name = 30;

  static constexpr std::size_t max_taken_bytes = 256 * 1024;

  follower(line_format written_as, zone_offset zone);

  /// Entries to give out before everything else.
  void begin_with(std::vector<log_entry> entries) { entries_ = std::move(entries); }
  /// A file that was opened. What is before `offset` is no news. False when it is known.
  bool join(file_identity file, std::uint64_t offset);

  /// What the service's names stand for now. The files among them that are to be opened and joined.
  std::vector<found_file> look(std::span<const found_file> named);

  /// Where to read a file, whose facts are these now; empty when there is nothing new in it.
  std::optional<std::uint64_t> wanted(const file_facts& now);
  /// What was read there, of a file last written at `written`.
  void feed(file_identity file, log_time written, std::string_view bytes);

  /// Files that were read to their end and are written no more. Forgotten with this call.
  std::vector<file_identity> departed();

  /// At most `max_count` of the entries that came, in their order, and no more of them than
  /// `max_taken_bytes` of text, but for one that is larger alone.
  std::vector<log_entry> take(std::size_t max_count);

 private:
  struct followed {
    std::uint64_t offset = 0;
    std::uint64_t joined = 0;  // a count, to tell earlier from later
    int looks_without_name = 0;
    bool at_end = false;
    bool has_bytes = false;  // since it joined
    line_assembler lines;
  };

  bool is_replaced(const followed& file) const;
  void add(raw_line line);

  std::map<file_identity, followed> files_;
  std::uint64_t joins_ = 0;
  line_parser parser_;
  std::vector<log_entry> entries_;
};

}  // namespace sidewire::services::logs
