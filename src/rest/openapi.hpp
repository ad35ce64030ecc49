#pragma once

#include <cstdint>
#include <sidewire/json.hpp>
#include <sidewire/registry.hpp>
#include <string>

#include "rpc/openrpc.hpp"

namespace sidewire::rest {

enum class token_rule : std::uint8_t { asked, not_asked };

/// What the document says of the server as a whole.
struct openapi_info {
  rpc::openrpc_info program;
  std::string server_url = "/";  ///< what the paths follow on
  token_rule token = token_rule::asked;
};

/// The OpenAPI 3.1 document of the REST interface, which `/openapi.json` answers, made from the
/// same registry as the OpenRPC document; its schemas are those. The same methods give the same
/// bytes.
json openapi_document(const registry& methods, const openapi_info& info);

}  // namespace sidewire::rest
