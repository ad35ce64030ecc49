#pragma once

#include <sidewire/error.hpp>

#include "codec/value.hpp"

namespace sidewire::codec {

/// Reads a response's `error` member. Where it is none of ours, or of another server's making, its
/// code and message are kept and all of its `data` becomes the details.
error read_error(const value& failure);
error read_error(json_view failure);

}  // namespace sidewire::codec
