#pragma once

#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <string_view>

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

/// The same where a request has no params: fits where every member may be absent. A null type takes
/// none.
result<void> check_absent_params(const type_description* type);
/// For a method that takes no params: an empty array or object, but for `_meta`.
result<void> check_no_params(const value& params);
/// The last member of that name of an object; its text is left out.
std::optional<value> find_member(const value& object, std::string_view name);

/// Validates and decodes a whole text by itself: parse_error or invalid_params. For everything off
/// the hot path; it makes a parser of its own.
result<void> decode(json_view text, const type_description& type, void* into,
                    unknown_members unknown = unknown_members::ignored);

}  // namespace sidewire::codec
