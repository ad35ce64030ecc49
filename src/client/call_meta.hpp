#pragma once

#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>

namespace sidewire::client {

/// The params with the member `_meta.idempotencyKey`, in the format that they have. On failure
/// (`invalid_params`): they are no object, or have a member `_meta` of their own, which then is the
/// place for the key.
result<json> with_idempotency_key(json_view params, std::string_view key);

}  // namespace sidewire::client
