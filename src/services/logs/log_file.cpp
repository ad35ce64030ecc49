#include "services/logs/log_file.hpp"

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace sidewire::services::logs {
namespace {

file_facts facts_of(const struct stat& status) {
  const auto written = std::chrono::seconds{status.st_mtim.tv_sec} +
                       std::chrono::nanoseconds{status.st_mtim.tv_nsec};
  return {.identity = {status.st_dev, status.st_ino},
          .size_bytes = static_cast<std::uint64_t>(status.st_size),
          .written = log_time{std::chrono::floor<std::chrono::milliseconds>(written)}};
}

/// ", such as a member of the group adm", where that would help.
std::string readers_of(const struct stat& status) {
  if ((status.st_mode & S_IRGRP) == 0 || status.st_gid == 0) return {};
  std::array<char, 4096> memory{};
  group entry{};
  group* found = nullptr;
  if (getgrgid_r(status.st_gid, &entry, memory.data(), memory.size(), &found) != 0 || !found) {
    return {};
  }
  return std::string{", such as a member of the group "} + entry.gr_name;
}

error too_many_open_files() {
  return {error_kind::unavailable, "too many files are open: raise the limit of open files"};
}

error why_unreadable(const std::string& path, int reason) {
  switch (reason) {
    case ENOENT:
    case ENOTDIR:
      return {error_kind::unavailable, path + " does not exist"};
    case EACCES:
    case EPERM: {
      struct stat status {};
      const std::string readers = ::stat(path.c_str(), &status) == 0 ? readers_of(status) : "";
      return {error_kind::forbidden, path +
                                         " may not be read by the user that the server runs as: "
                                         "run it as one who may" +
                                         readers};
    }
    case EMFILE:
    case ENFILE:
      return too_many_open_files();
    default: {
      std::array<char, 256> memory{};
      return {error_kind::unavailable,
              path + " cannot be read: " + strerror_r(reason, memory.data(), memory.size())};
    }
  }
}

bool is_compressed(std::string_view path) {
  constexpr std::array<std::string_view, 5> endings{".gz", ".xz", ".bz2", ".zst", ".lz4"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

std::optional<found_file> regular_file(const char* path) {
  struct stat status {};
  if (::stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return found_file{path, facts_of(status)};
}

}  // namespace

result<log_file> log_file::open(const std::string& path) {
  // Opening a device can have effects of its own, so what it is is asked before and after.
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return why_unreadable(path, errno);
  const error not_regular{error_kind::unavailable, path + " is no regular file"};
  if (!S_ISREG(status.st_mode)) return not_regular;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return why_unreadable(path, errno);
  log_file opened{descriptor};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return not_regular;
  return opened;
}

log_file::log_file(log_file&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

log_file& log_file::operator=(log_file&& other) noexcept {
  log_file taken{std::move(other)};
  std::swap(descriptor_, taken.descriptor_);
  return *this;
}

log_file::~log_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<log_file> log_file::duplicate() const {
  const int copy = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return too_many_open_files();
  return log_file{copy};
}

std::size_t log_file::read_at(std::uint64_t offset, std::span<char> into) const {
  std::size_t count = 0;
  while (count < into.size()) {
    const ssize_t got = ::pread(descriptor_, into.data() + count, into.size() - count,
                                static_cast<off_t>(offset + count));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    count += static_cast<std::size_t>(got);
  }
  return count;
}

file_facts log_file::facts() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return {};
  return facts_of(status);
}

bool is_glob(const std::string& path) {
  return path.find_first_of("*?[") != std::string::npos;
}

std::vector<found_file> find_files(const std::string& pattern) {
  std::vector<found_file> found;
  if (!is_glob(pattern)) {
    if (auto file = regular_file(pattern.c_str())) found.push_back(std::move(*file));
    return found;
  }
  glob_t matches{};
  const int failed = ::glob(pattern.c_str(), 0, nullptr, &matches);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> owner{&matches, ::globfree};
  for (std::size_t index = 0; failed == 0 && index < matches.gl_pathc; ++index) {
    if (is_compressed(matches.gl_pathv[index])) continue;
    if (auto file = regular_file(matches.gl_pathv[index])) found.push_back(std::move(*file));
  }
  std::stable_sort(found.begin(), found.end(), [](const found_file& left, const found_file& right) {
    return left.facts.written < right.facts.written;
  });
  if (found.size() > max_files) found.erase(found.begin(), found.end() - max_files);
  return found;
}

}  // namespace sidewire::services::logs
