#pragma once

#include <cstdint>

namespace sidewire::protocol {

/// The server's own close codes, beside those of RFC 6455. 4000-4499 mean: connect again;
/// 4500-4999: do not.
namespace close_code {
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t try_again_later = 1013;
inline constexpr std::uint16_t no_sign_of_life = 4012;
inline constexpr std::uint16_t not_authenticated = 4500;
}  // namespace close_code

}  // namespace sidewire::protocol
