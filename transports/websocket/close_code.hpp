#pragma once

#include <cstdint>

namespace sidewire::websocket {

/// The close codes of RFC 6455, 7.4 and of IANA's registry that the WebSocket layer itself uses or
/// meets. An application's own (4000-4999) are no business of this layer.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
/// What a close frame without a code counts as; never on the wire.
inline constexpr std::uint16_t none = 1005;
inline constexpr std::uint16_t invalid_payload = 1007;
inline constexpr std::uint16_t message_too_big = 1009;
}  // namespace close_code

/// Whether a close frame may carry `code`: registered and not reserved (1004-1006, 1015), or a
/// library's or application's own.
constexpr bool is_sendable_close_code(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace sidewire::websocket
