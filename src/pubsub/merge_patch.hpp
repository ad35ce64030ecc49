#pragma once

#include <optional>
#include <sidewire/json.hpp>

namespace sidewire::pubsub {

/// The JSON Merge Patch (RFC 7396) that makes `to` of `from`, both objects; values are written as
/// they stand in `to`. Nothing where none can: an object of `to` has a member that is null, which
/// in a patch means its removal, or one of the two is not JSON text.
std::optional<json> merge_patch(json_view from, json_view to);

/// What the patch makes of `from` (RFC 7396, 2): the patch itself where one of the two is no object
/// of JSON text, which leaves nothing to merge.
json apply_merge_patch(json_view from, json_view patch);

}  // namespace sidewire::pubsub
