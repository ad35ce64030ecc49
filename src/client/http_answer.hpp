#pragma once

#include <sidewire/error.hpp>
#include <string_view>

#include "client/connection.hpp"

namespace sidewire::client {

/// Of an answer that is no message: a number, a short list or an error.
inline constexpr std::size_t max_answer_bytes = 64 * 1024;

/// What an HTTP answer other than success means: the JSON-RPC error in its body, or else what its
/// status says. The message never reached a method.
error read_http_error(unsigned status, std::string_view body);

/// The same of an answer to a session's request or handshake, with the close code that the status
/// stands for (protocol, section 5) where the server itself has judged: its error is in the body.
connection_ending read_http_refusal(unsigned status, std::string_view body);

/// What a WebSocket's close code (RFC 6455, 7.4, and the protocol's own) means for the client.
error read_close_code(unsigned code, std::string_view reason);

}  // namespace sidewire::client
