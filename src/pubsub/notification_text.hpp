#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The parts of a notification of this layer's own, as they stand in its JSON, for transports that
/// frame them in another way: found by position, without a parser, since every event of every such
/// subscriber is cut up.
namespace sidewire::pubsub {

/// Views of the text.
struct notification_text {
  std::string_view method;  ///< as within its quotes, escapes included
  std::string_view params;  ///< an object, as it stands
};
/// `notification`: as `publication`, `lagged_notice` and their like write it.
notification_text parts_of(std::string_view notification) noexcept;

/// What the `_meta` of a publication says.
struct publication_text {
  std::string_view topic;  ///< as within its quotes, escapes included
  std::uint64_t offset = 0;
  std::string_view epoch;  ///< empty but for the first of an epoch
};
/// Nothing where the params are no publication's.
std::optional<publication_text> publication_of(std::string_view params) noexcept;

/// A JSON string's value, given what stands within its quotes.
std::string unescaped(std::string_view text);

}  // namespace sidewire::pubsub
