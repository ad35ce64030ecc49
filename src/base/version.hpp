#pragma once

#include <string_view>

namespace sidewire::base {

inline constexpr std::string_view version = SIDEWIRE_VERSION;
inline constexpr std::string_view protocol_name = "sidewire/1";

}  // namespace sidewire::base
