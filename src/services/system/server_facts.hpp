#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>

namespace sidewire::services {

/// What the server has counted since its start, and has now.
struct server_counters {
  std::uint64_t connections = 0;        ///< open now
  std::uint64_t connections_total = 0;  ///< accepted since the start
  std::uint64_t calls_in_flight = 0;
  std::uint64_t calls = 0;  ///< answered, with whatever outcome
  std::uint64_t failed_calls = 0;
  std::uint64_t notifications = 0;  ///< received
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(server_counters, (),
                      (connections, connections_total, calls_in_flight, calls, failed_calls,
                       notifications, received_bytes, sent_bytes))

/// What the `system` service asks of the server it is part of. Any thread.
class server_facts {
 public:
  virtual ~server_facts() = default;
  virtual server_counters counters() const = 0;
  /// What tells this run of the server from every other one.
  virtual std::string instance() const = 0;
};

}  // namespace sidewire::services
