#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <sidewire/error.hpp>
#include <string>
#include <vector>

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

struct session_client {
  std::string name;
  std::optional<std::string> version;
};
BOOST_DESCRIBE_STRUCT(session_client, (), (name, version))

enum class session_format : std::uint8_t { json, msgpack };
BOOST_DESCRIBE_ENUM(session_format, json, msgpack)

/// A session as it is told to whoever administrates the server.
struct session_entry {
  std::string id;  ///< its public name, which `session.started` told its client
  std::string principal;
  std::optional<session_client> client;
  session_format format = session_format::json;  ///< of what the server starts
  std::optional<std::string> transport;          ///< absent: detached
  std::optional<std::string> address;  ///< of the client; absent: detached, or between two polls
  std::string started_at;              ///< RFC 3339
  std::string since;                   ///< on this connection, or detached; RFC 3339
  std::uint64_t queued_messages = 0;   ///< that the client has not acknowledged
  std::uint64_t queued_bytes = 0;
  std::uint64_t running_calls = 0;
  std::uint64_t subscriptions = 0;  ///< names and patterns
};
BOOST_DESCRIBE_STRUCT(session_entry, (),
                      (id, principal, client, format, transport, address, started_at, since,
                       queued_messages, queued_bytes, running_calls, subscriptions))

struct session_list {
  std::vector<session_entry> sessions;  ///< of each shard the oldest first
};
BOOST_DESCRIBE_STRUCT(session_list, (), (sessions))

/// What the `system` service asks of the server it is part of. Any thread.
class server_facts {
 public:
  virtual ~server_facts() = default;
  virtual server_counters counters() const = 0;
  /// What tells this run of the server from every other one.
  virtual std::string instance() const = 0;
  /// Waits: not for a thread that serves connections.
  virtual result<session_list> sessions() const = 0;
};

}  // namespace sidewire::services
