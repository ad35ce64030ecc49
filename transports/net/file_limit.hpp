#pragma once

#include <cstdint>

namespace sidewire::net {

/// The soft limit of open files. A connection takes one.
struct file_limit {
  std::uint64_t before = 0;
  std::uint64_t now = 0;
};

/// Raises the soft limit of this process to its hard limit. Where the system refuses, `now` is
/// `before`. A child that must live with the old limit is given `before` again.
file_limit raise_file_limit() noexcept;

}  // namespace sidewire::net
