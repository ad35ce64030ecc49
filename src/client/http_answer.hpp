#pragma once

#include <sidewire/error.hpp>
#include <string_view>

namespace sidewire::client {

/// What an HTTP answer other than success means: the JSON-RPC error in its body, or else what its
/// status says. The message never reached a method.
error read_http_error(unsigned status, std::string_view body);

/// What a WebSocket's close code (RFC 6455, 7.4, and the protocol's own) means for the client.
error read_close_code(unsigned code, std::string_view reason);

}  // namespace sidewire::client
