#pragma once

#include <cstdint>

namespace sidewire::protocol {

/// The server's own close codes, beside those of RFC 6455. 4000-4499 mean: connect again;
/// 4500-4999: do not.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t try_again_later = 1013;
/// On the connection that the client asked with last: an older resume of its own arrived late, ask
/// again. On any other: the session has moved on.
inline constexpr std::uint16_t replaced = 4009;
inline constexpr std::uint16_t no_sign_of_life = 4012;
inline constexpr std::uint16_t not_authenticated = 4500;
inline constexpr std::uint16_t bad_request = 4501;
inline constexpr std::uint16_t forbidden = 4503;
inline constexpr std::uint16_t connection_limit = 4504;

/// Whether a close with this code ends the session that the connection has. What the peer could not
/// take or say would only be said again.
constexpr bool ends_session(std::uint16_t code) noexcept {
  return code == 1002 || code == 1007 || code == 1009 || (code >= 4500 && code <= 4999);
}
}  // namespace close_code

}  // namespace sidewire::protocol
