#include "rpc/openrpc_errors.hpp"

namespace sidewire::rpc {

std::string_view meaning_of(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::parse_error:
      return "The message is no valid JSON or MessagePack.";
    case error_kind::invalid_request:
      return "The message is valid, but no JSON-RPC 2.0 request.";
    case error_kind::method_not_found:
      return "There is no method of this name.";
    case error_kind::invalid_params:
      return "The params do not fit the method; `data.pointer` says which.";
    case error_kind::internal_error:
      return "The server failed; its log says why.";
    case error_kind::deadline_exceeded:
      return "The call took longer than its `_meta.timeoutMs`.";
    case error_kind::not_authenticated:
      return "The caller has shown no valid token.";
    case error_kind::forbidden:
      return "The caller is known, but may not do this.";
    case error_kind::not_found:
      return "What the params name does not exist.";
    case error_kind::limit_exceeded:
      return "The call asks for more than a bound allows; `data.limit` names it.";
    case error_kind::rate_limited:
      return "The caller calls too often; again after `data.retryAfterMs`.";
    case error_kind::request_too_large:
      return "The message has more bytes than the server takes.";
    case error_kind::response_too_large:
      return "The result has more bytes than the server sends.";
    case error_kind::server_busy:
      return "The server has too much to do, or ends; again after `data.retryAfterMs`.";
    case error_kind::unavailable:
      return "Something that the method needs is away.";
    case error_kind::conflict:
      return "The call contradicts an earlier one.";
    case error_kind::outcome_unknown:
      return "The connection was lost; a client says so, for nobody knows whether the call ran.";
    case error_kind::request_cancelled:
      return "The call was cancelled.";
    case error_kind::application:
      break;
  }
  return "An error of the application's own.";
}

}  // namespace sidewire::rpc
