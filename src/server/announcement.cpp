#include "server/announcement.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace sidewire::server {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error{errno, std::generic_category(), "announce file " + path};
}

bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno != EINTR) return false;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::chrono::system_clock::time_point modified_at(const struct stat& file) {
  return std::chrono::system_clock::time_point{
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::seconds{file.st_mtim.tv_sec} +
          std::chrono::nanoseconds{file.st_mtim.tv_nsec})};
}

}  // namespace

announcement::announcement(std::string path, file_readers readers)
    : path_{std::move(path)}, readers_{readers} {}

announcement::~announcement() {
  if (is_own()) ::unlink(path_.c_str());
}

void announcement::write(std::string_view content) {
  std::string temporary = path_ + ".XXXXXX";
  net::unique_fd file{::mkostemp(temporary.data(), O_CLOEXEC)};  // 0600
  if (!file) fail(path_);
  const bool is_written = (readers_ == file_readers::owner || ::fchmod(file.get(), 0644) == 0) &&
                          write_whole(file.get(), content) &&
                          ::rename(temporary.c_str(), path_.c_str()) == 0;
  if (!is_written) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    fail(path_);
  }
  file_ = std::move(file);
}

void announcement::renew(std::string_view content, std::chrono::system_clock::time_point now,
                         std::chrono::milliseconds max_age) {
  struct stat there {};
  const bool is_gone = ::lstat(path_.c_str(), &there) != 0;
  if (is_gone || is_own() || now - modified_at(there) > max_age) write(content);
}

bool announcement::is_own() const noexcept {
  struct stat own {};
  struct stat there {};
  return file_ && ::fstat(file_.get(), &own) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

}  // namespace sidewire::server
