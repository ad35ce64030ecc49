#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "transports/net/unique_fd.hpp"

namespace sidewire::server {

/// A child process, leader of a process group of its own. Whoever has it must wait for it.
struct spawned_process {
  pid_t id = 0;
  /// The read ends of its outputs, non-blocking.
  net::unique_fd standard_output;
  net::unique_fd standard_error;
};

/// Runs a program, looked up in PATH, with nothing to read and every signal as at a program's
/// start; of the descriptors of this process it inherits none. Throws std::system_error, whose text
/// names the program.
spawned_process spawn(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment);

}  // namespace sidewire::server
