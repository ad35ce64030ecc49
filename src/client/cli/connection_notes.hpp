#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <sidewire/client.hpp>
#include <stop_token>

#include "client/cli/console.hpp"

namespace sidewire::cli {

/// Tells people what happens to the connection while they watch something, and a thread that waits
/// when it is over. Told from the client's thread.
class connection_notes {
 public:
  /// `shown` outlives it.
  explicit connection_notes(console& shown) : shown_{shown} {}

  void tell_state(connection_state state, const error* reason);
  void tell_transport(const transport_use& use);
  void tell_gap(const topic_gap& gap);
  /// What is watched has ended.
  void end(const error& reason);
  /// Waits for the end; nothing where `stop` was asked for.
  std::optional<error> wait(std::stop_token stop);

 private:
  console& shown_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::optional<error> reason_;  // guarded by mutex_
};

}  // namespace sidewire::cli
