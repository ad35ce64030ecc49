#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidewire::websocket {

/// The server's side of the opening handshake (RFC 6455, 4.2) as decisions over header values,
/// without an HTTP library. A value is given without the white space around it; a header that came
/// several times is joined with commas (RFC 9110, 5.3); one that did not come is empty.
///
/// What a request says that asks for `Upgrade: websocket`. Refers to the caller's text.
struct upgrade_request {
  std::string_view method;
  unsigned http_version;          ///< 11 for HTTP/1.1
  std::string_view upgrade;       ///< Upgrade
  std::string_view connection;    ///< Connection
  std::string_view version;       ///< Sec-WebSocket-Version
  std::string_view key;           ///< Sec-WebSocket-Key
  std::string_view subprotocols;  ///< Sec-WebSocket-Protocol
  std::string_view extensions;    ///< Sec-WebSocket-Extensions
};

struct upgrade_verdict {
  std::uint16_t status;   ///< 101, or the error's: 400, 405 (with `Allow: GET`) or 426
  std::string_view text;  ///< of an error: what is wrong, for the peer; static

  bool accepted() const noexcept { return status == 101; }
};

/// With 426 the answer names this in `Sec-WebSocket-Version` (RFC 6455, 4.4).
inline constexpr std::string_view supported_version = "13";

/// Method, version, Upgrade, Connection, WebSocket version, key, subprotocols and extensions, in
/// this order.
/// Host, Origin and credentials are judged elsewhere, before.
upgrade_verdict judge_upgrade(const upgrade_request& request) noexcept;

/// Whether a `Sec-WebSocket-Key` is 16 bytes in base64.
bool is_valid_key(std::string_view key) noexcept;

/// `Sec-WebSocket-Accept` for a key.
std::string accept_key(std::string_view key);

/// Whether `list`, comma-separated, has `token`, compared without regard to case, as in `Upgrade`
/// and `Connection`.
bool list_contains(std::string_view list, std::string_view token) noexcept;

/// What each of the server's subprotocols says.
inline constexpr std::string_view plain_subprotocol = "jsonrpc";
inline constexpr std::string_view json_session_subprotocol = "sidewire.1.json";
inline constexpr std::string_view msgpack_session_subprotocol = "sidewire.1.msgpack";

/// The subprotocol to answer with: the first of those offered that the server has, else none
/// (empty). Never `bearer.TOKEN`.
std::string_view select_subprotocol(std::string_view offered) noexcept;

/// The token of the first `bearer.TOKEN` offered. An empty one is a token, and a wrong one; none
/// was given only where nothing is returned. Lies in `offered`.
std::optional<std::string_view> bearer_token(std::string_view offered) noexcept;

}  // namespace sidewire::websocket
