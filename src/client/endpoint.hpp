#pragma once

#include <cstdint>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>

namespace sidewire::client {

enum class endpoint_kind : std::uint8_t { tcp, tls, unix_socket };

/// Where a server listens, and which path it serves there. A value.
struct endpoint {
  endpoint_kind kind = endpoint_kind::tcp;
  std::string host;  ///< a name or an address without brackets; of a Unix socket its path
  std::uint16_t port = 0;
  std::string target = "/rpc";

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Reads `http`, `https`, `ws` and `wss` URLs (RFC 3986), `unix:PATH`, and HOST:PORT alone. `/rpc`
/// is appended to a base path that does not end with it. Refused, as `invalid_params`: user names,
/// queries and fragments, in which a token would leak into logs and process lists.
result<endpoint> parse_endpoint(std::string_view url);

/// What `Host` says (RFC 9110, 7.2).
std::string host_header(const endpoint& where);

/// For people: "127.0.0.1:4000" or the path of a socket.
std::string display_name(const endpoint& where);

}  // namespace sidewire::client
