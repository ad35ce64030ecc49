#pragma once

#include <cstddef>
#include <optional>
#include <sidewire/json.hpp>
#include <string>

#include "base/timer_queue.hpp"
#include "session/messages.hpp"

namespace sidewire::session {

/// What is told of a session to whoever administrates the server. A value.
struct session_facts {
  std::string name;  ///< its public one
  std::string principal;
  std::optional<client_identity> client;
  format own_format = format::json;  ///< of what the server starts
  std::string transport;             ///< empty: detached
  std::string address;               ///< of the client; empty: detached, or between two polls
  base::time_point started{};
  base::time_point since{};  ///< on this connection, or detached
  std::size_t queued_count = 0;  ///< messages that the client has not acknowledged
  std::size_t queued_bytes = 0;
  std::size_t running_calls = 0;
  std::size_t subscription_count = 0;
};

}  // namespace sidewire::session
