#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <sidewire/client.hpp>

#include "client/endpoint.hpp"
#include "client/link.hpp"
#include "client/tls_verifier.hpp"

namespace httplib {
class ClientImpl;
}

namespace sidewire::client {

/// What became of one request: a message, perhaps empty, or why there is none.
struct http_response {
  base::buffer body = {};
  format written_as = format::json;
  std::optional<error> failed = {};
};

/// One connection over which messages go as POST requests (RFC 9110, 9.3.3), one at a time;
/// connected when it is first needed and again when it was lost. `where` and `options` outlive it.
/// `exchange` one thread, `stop` any thread.
class http_connection {
 public:
  http_connection(const endpoint& where, const client_options& options);
  ~http_connection();

  /// Sends one message and waits for its answer, however long that takes. `wanted` is asked once
  /// connected, just before anything is written.
  http_response exchange(const outgoing_message& message, const std::function<bool()>& wanted);

  /// Ends the request that is being made, if any, by a reset, which cancels its calls at the
  /// server. Waits while it still connects.
  void stop();

 private:
  std::optional<error> prepare();

  const endpoint& where_;
  const client_options& options_;
  tls_verifier verifier_;
  std::mutex mutex_;
  std::unique_ptr<httplib::ClientImpl> http_;  // made with reset_, for good
  std::function<void()> reset_;                // guarded by mutex_
};

}  // namespace sidewire::client
