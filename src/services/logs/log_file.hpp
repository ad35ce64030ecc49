#pragma once

#include <cstddef>
#include <cstdint>
#include <sidewire/error.hpp>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "services/logs/entry.hpp"

/// Log files on disk: which ones a configured path means, and safe reading.

namespace sidewire::services::logs {

/// Files of one service that are looked at: the most recently written ones.
inline constexpr std::size_t max_files = 64;

/// Which file something is, whatever its name is now.
struct file_identity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const file_identity&, const file_identity&) = default;
  friend bool operator<(const file_identity& left, const file_identity& right) {
    return std::tie(left.device, left.inode) < std::tie(right.device, right.inode);
  }
};

struct file_facts {
  file_identity identity;
  std::uint64_t size_bytes = 0;
  log_time written;  ///< when it last was
};

/// A regular file, opened for reading. A move-only owner of the descriptor. Any thread, one at a
/// time.
class log_file {
 public:
  /// Never waits and never opens what isn't a regular file. On failure `forbidden`, `unavailable`
  /// or `not_found` with a text that names `path` and says what to do.
  static result<log_file> open(const std::string& path);

  log_file(log_file&& other) noexcept;
  log_file& operator=(log_file&& other) noexcept;
  ~log_file();

  /// Reads at most `into.size()` bytes from `offset` on. Fewer only at the file's end.
  std::size_t read_at(std::uint64_t offset, std::span<char> into) const;
  /// What the file is now, under whatever name or none.
  file_facts facts() const;
  int descriptor() const noexcept { return descriptor_; }
  /// Another owner of the same file.
  result<log_file> duplicate() const;

 private:
  explicit log_file(int descriptor) : descriptor_{descriptor} {}
  int descriptor_ = -1;
};

/// A file up to a byte, since files grow while they are read.
struct file_part {
  log_file file;
  std::uint64_t size_bytes = 0;
};

struct found_file {
  std::string path;
  file_facts facts;
};

/// The regular files that `pattern`, a path or a glob (glob(7)), means now: the `max_files` that
/// were last written, in that order, oldest first. Compressed ones (.gz, .xz, …) are left out.
/// Symbolic links are followed.
std::vector<found_file> find_files(const std::string& pattern);

/// Whether a path is a pattern.
bool is_glob(const std::string& path);

}  // namespace sidewire::services::logs
