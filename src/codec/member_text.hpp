#pragma once

#include <string>
#include <string_view>

#include "codec/value.hpp"

namespace sidewire::codec {

/// What an object or array says, but for the members of that name: equal for equal texts alone.
std::string text_without_member(const value& container, std::string_view name);

}  // namespace sidewire::codec
