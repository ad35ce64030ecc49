#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "transports/net/unique_fd.hpp"

namespace sidewire::server {

/// Who may read an announce file: with a token its owner alone, else everybody (a page's server may
/// run as somebody else).
enum class file_readers : std::uint8_t { owner, everybody };

/// One announce file. A reader never sees half of it: each writing makes a new file and renames it
/// to its place. It is removed in the end, unless somebody else has put another there. Not
/// thread-safe; its calls block for as long as a local file system does.
class announcement {
 public:
  /// Nothing is written yet.
  announcement(std::string path, file_readers readers);
  /// Removes the file where it is still ours.
  ~announcement();
  announcement(announcement&& other) noexcept = default;
  announcement& operator=(announcement&&) = delete;

  const std::string& path() const noexcept { return path_; }

  /// Puts a file with this content at the path, whatever is there. Throws std::system_error.
  void write(std::string_view content);

  /// The same where the file is ours, is gone, or was left by somebody who does not renew it: older
  /// than `max_age`. Else the path belongs to another instance, and nothing happens.
  void renew(std::string_view content, std::chrono::system_clock::time_point now,
             std::chrono::milliseconds max_age);

  /// Whether what is at the path is what this object wrote last.
  bool is_own() const noexcept;

 private:
  std::string path_;
  file_readers readers_;
  /// The file written last. Open, so that no later file gets its inode number.
  net::unique_fd file_;
};

}  // namespace sidewire::server
