#pragma once

#include <cstdint>
#include <string_view>

#include "base/payload.hpp"
#include "pubsub/publication.hpp"

/// What the server tells a subscription beside publications.
namespace sidewire::pubsub {

enum class close_reason : std::uint8_t {
  slow,       ///< it fell behind, and its policy is to end then
  forbidden,  ///< its right was taken
};

/// `topic.lagged {topic, missed, from, to}`: the offsets `from` to `to`, inclusive, never come.
base::shared_payload lagged_notice(format as, std::string_view topic, std::uint64_t from,
                                   std::uint64_t to);
/// `topic.lagged {topic, missed: null, epoch}`: the store was lost, and counts anew.
base::shared_payload lost_notice(format as, std::string_view topic, std::string_view epoch);
/// `topic.closed {topic, reason}`.
base::shared_payload closed_notice(format as, std::string_view topic, close_reason reason);

}  // namespace sidewire::pubsub
