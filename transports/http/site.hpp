#pragma once

#include <memory>
#include <sidewire/principal.hpp>
#include <string>
#include <string_view>

#include "rpc/dispatcher.hpp"
#include "security/origin_policy.hpp"
#include "session/store.hpp"

namespace sidewire::http {

/// What the HTTP connections of one shard share. Outlives them. Shard.
struct site {
  rpc::dispatcher& dispatcher;
  session::store& sessions;
  const security::origin_policy& origins;
  const rpc::authenticator& tokens;
  /// Who everybody is where no token is asked for; else null.
  std::shared_ptr<const principal> everybody;
  std::string_view openrpc;   ///< the document, as JSON
  std::string_view instance;  ///< of this run of the server
  bool draining = false;
};

}  // namespace sidewire::http
