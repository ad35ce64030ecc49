#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <sidewire/error.hpp>
#include <string>

#include "base/timer_queue.hpp"
#include "client/session_transport.hpp"

namespace sidewire::client {

/// Which transports did not work at a server's address while another did, and why.
using transport_failures = std::array<std::optional<error>, session_transports.size()>;

/// What the clients of a program remember of addresses, so that the next client does not wait for
/// what failed for the last. A failure is forgotten after `max_age`, and the address that was told
/// of longest ago when there are more than `max_addresses`. Any thread.
class transport_memory {
 public:
  static constexpr std::size_t max_addresses = 64;
  static constexpr std::chrono::minutes max_age{10};

  /// The program's own.
  static transport_memory& shared();

  transport_failures recall(const std::string& address, base::time_point now) const;
  /// Keeps what is known now; replaces what was known before.
  void keep(const std::string& address, const transport_failures& known, base::time_point now);

 private:
  struct entry {
    transport_failures failures;
    base::time_point told;
  };

  mutable std::mutex mutex_;
  std::map<std::string, entry> entries_;  // guarded by mutex_
};

}  // namespace sidewire::client
