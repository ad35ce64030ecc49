#pragma once

#include <string_view>

#include "security/origin_policy.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/request_head.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// The path of a request without the site's base path, where it has that.
std::string_view path_of(const site& where, const request_head& head) noexcept;

/// Whether errors at a path are problem details.
bool is_rest_path(std::string_view path) noexcept;

/// Host and Origin first, then a preflight, the health pages, the token, path, method and media
/// type, in this order.
decision decide(const site& where, const request_head& head, security::stream_kind stream);

}  // namespace sidewire::http
