#include "transports/net/file_limit.hpp"

#include <sys/resource.h>

namespace sidewire::net {

file_limit raise_file_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  const bool done = ::setrlimit(RLIMIT_NOFILE, &raised) == 0;
  return {limit.rlim_cur, done ? limit.rlim_max : limit.rlim_cur};
}

}  // namespace sidewire::net
