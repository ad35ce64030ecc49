#pragma once

#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <span>

#include "codec/value.hpp"

namespace sidewire::codec {

enum class unknown_members : std::uint8_t { refused, ignored };

/// Fills `into`, an object of the type described. On failure: `invalid_params` with a pointer
/// (RFC 6901) to what is wrong, from `from` on.
result<void> decode(const value& from, const type_description& type, void* into,
                    unknown_members unknown = unknown_members::ignored);

/// The same for the params of a request: by name (the member `_meta` is the protocol's and never
/// unknown) or by position, in the order of the members.
result<void> decode_params(const value& from, const type_description& type, void* into,
                           unknown_members unknown);

/// Validates and decodes a whole text by itself: parse_error or invalid_params. For everything off
/// the hot path; it makes a parser of its own.
result<void> decode(json_view text, const type_description& type, void* into,
                    unknown_members unknown = unknown_members::ignored);

}  // namespace sidewire::codec
