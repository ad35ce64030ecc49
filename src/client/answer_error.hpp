#pragma once

#include <sidewire/error.hpp>

#include "codec/value.hpp"

namespace sidewire::client {

/// Reads a response's `error` member. Where it is none of ours, or of another server's making, its
/// code and message are kept and all of its `data` becomes the details.
error read_answer_error(const codec::value& failure);

}  // namespace sidewire::client
