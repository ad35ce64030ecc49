#pragma once

#include <sidewire/error.hpp>
#include <string_view>

namespace sidewire::rpc {

/// One sentence that says what an error of this kind means to a caller.
std::string_view meaning_of(error_kind kind) noexcept;

}  // namespace sidewire::rpc
