#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sidewire::server {

/// The known name that `text` was probably meant to be, if one is near.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> known);

/// " (did you mean 'port'?)" for that name; empty where none is near.
std::string suggestion(std::string_view text, std::span<const std::string> known);

}  // namespace sidewire::server
