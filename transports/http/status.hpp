#pragma once

#include <sidewire/error.hpp>
#include <string_view>

namespace sidewire::http {

/// The JSON-RPC error that a status brings in its body (section 2 of the protocol).
constexpr error_kind kind_of_status(unsigned status) noexcept {
  switch (status) {
    case 401:
      return error_kind::not_authenticated;
    case 403:
      return error_kind::forbidden;
    case 404:
      return error_kind::not_found;
    case 413:
      return error_kind::request_too_large;
    case 429:
      return error_kind::rate_limited;
    case 503:
      return error_kind::server_busy;
    default:
      return error_kind::invalid_request;
  }
}

}  // namespace sidewire::http
