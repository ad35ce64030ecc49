#include "transports/net/file_limit.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

namespace sidewire::net {
namespace {

TEST_CASE("the limit of open files is raised to the hard limit, and the old one is told") {
  rlimit original{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &original) == 0);
  const rlimit lowered{original.rlim_max / 2, original.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
  const file_limit limit = raise_file_limit();
  rlimit raised{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &raised) == 0);
  ::setrlimit(RLIMIT_NOFILE, &original);
  CHECK(limit.before == lowered.rlim_cur);
  CHECK(limit.now == original.rlim_max);
  CHECK(raised.rlim_cur == original.rlim_max);
}

}  // namespace
}  // namespace sidewire::net
