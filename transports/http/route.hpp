#pragma once

#include "security/origin_policy.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/request_head.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// Host and Origin first, then a preflight, the health pages, the token, path, method and media
/// type, in this order.
decision decide(const site& where, const request_head& head, security::stream_kind stream);

}  // namespace sidewire::http
