#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/error.hpp>
#include <string>

#include "session/messages.hpp"
#include "session/session.hpp"
#include "transports/http/request_head.hpp"

/// What an HTTP request says of its session (protocol, section 5): in headers, or in the query,
/// which does for `EventSource` and curl.
namespace sidewire::http {

/// The resume token; empty where there is none.
std::string session_token(const request_head& head);

/// What a request asks that opens or resumes a session. On failure: invalid_request.
result<session::open_params> read_open_params(const request_head& head);
session::client_facts facts_of(const session::open_params& asked);

/// How long a poll wants to be held at most; nothing where the request is none. On failure:
/// invalid_request.
result<std::optional<std::chrono::milliseconds>> read_poll(const request_head& head);

/// The HTTP status that says what a close code does.
unsigned status_of_close(std::uint16_t code) noexcept;

}  // namespace sidewire::http
