#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sidewire::security {

/// RFC 4648, 5, without padding.
std::string base64url(std::span<const unsigned char> bytes);

/// What tells a text from every other: 128 bits of its SHA-256, as 22 base64url characters. Any
/// thread.
std::string digest_text(std::string_view text);

}  // namespace sidewire::security
