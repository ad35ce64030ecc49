#pragma once

#include <cstddef>
#include <sidewire/error.hpp>
#include <string_view>

#include "codec/value.hpp"

namespace sidewire::codec {

/// Reads one whole MessagePack value into `tape`, whose memory is reused. Refused as parse_error:
/// what is incomplete or has bytes left over, what is nested deeper than `max_depth` arrays and
/// maps, and what has no meaning in JSON: keys that are no strings, extension types, numbers that
/// are not finite, strings that are no UTF-8. Strings refer to `text`.
result<void> parse_msgpack(std::string_view text, std::size_t max_depth, msgpack_tape& tape);

}  // namespace sidewire::codec
