#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sidewire::websocket {

/// What a piece of payload was seen to hold: costs nothing while unmasking, and spares the common
/// text its UTF-8 check.
enum class text_content : std::uint8_t { ascii, other };

/// Takes the mask off `payload` in place (RFC 6455, 5.3), 8 bytes at a time. `mask` holds its four
/// bytes in the order of the wire; `offset` is where in the frame's payload this piece begins.
/// Touches nothing outside of `payload`.
text_content unmask(std::span<char> payload, std::uint32_t mask, std::size_t offset) noexcept;

}  // namespace sidewire::websocket
