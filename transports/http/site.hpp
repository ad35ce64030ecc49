#pragma once

#include <functional>
#include <memory>
#include <sidewire/principal.hpp>
#include <string>
#include <string_view>

#include "base/compression.hpp"
#include "negotiate/negotiate.hpp"
#include "rpc/dispatcher.hpp"
#include "security/origin_policy.hpp"
#include "session/envelope.hpp"
#include "session/store.hpp"
#include "transports/http/arriving_request.hpp"
#include "transports/http/poll_desk.hpp"
#include "transports/http/response_encoder.hpp"
#include "transports/websocket/session_connection.hpp"

namespace sidewire::http {

/// What the HTTP connections of one shard share. Outlives them. Shard.
struct site {
  rpc::dispatcher& dispatcher;
  session::store& sessions;
  poll_desk& polls;
  session::envelope_reader& envelopes;
  const security::origin_policy& origins;
  const negotiate::policy& transports;
  const rpc::authenticator& tokens;
  /// Who everybody is where no token is asked for; else null.
  std::shared_ptr<const principal> everybody;
  /// Takes a connection to the shard of the session that it asks for.
  websocket::shard_mover move_session;
  request_mover move_request;
  base::compression compression;  ///< of WebSockets
  websocket::deflate_tools& deflate;
  response_encoder encoder;
  std::string_view openrpc;  ///< the document, as JSON
  std::string_view openapi;  ///< likewise
  /// What `/metrics` answers.
  std::function<std::string()> metrics;
  /// What may stand before every path, `/prefix`; empty: nothing.
  std::string_view base_path;
  std::string_view instance;  ///< of this run of the server
  bool draining = false;
};

}  // namespace sidewire::http
