#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/configuration.hpp"
#include "server/server_facts.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::server {

/// Owns the real standard output from the start on, so that the ready line is all that ever reaches
/// it: from then on descriptor 1 is standard error, for whatever library or handler prints there.
/// One in a process, made before there are threads.
class standard_output {
 public:
  /// Throws std::system_error.
  standard_output();

  bool is_terminal() const noexcept;

  /// Writes all of `text`; false where the reader has gone. A full pipe makes it wait, so it is for
  /// the start alone. SIGPIPE must be ignored.
  bool write(std::string_view text) const noexcept;

 private:
  net::unique_fd fd_;
};

/// What a person at a terminal gets instead of the ready line: where it listens, the token of this
/// launch, where logs are read from, how to stop. Ends with a line feed.
std::string banner(const server_facts& facts, std::span<const net::endpoint> listening,
                   std::span<const log_source> logs);

}  // namespace sidewire::server
