#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <string>

/// What the server tells subscriptions (protocol, section 8), as a client reads it.
namespace sidewire::client {

struct delta_mark {
  std::uint64_t base = 0;  ///< the offset whose value the patch is for
};
BOOST_DESCRIBE_STRUCT(delta_mark, (), (base))

/// `_meta` of a publication.
struct publication_mark {
  std::string topic;
  std::uint64_t offset = 0;
  std::optional<std::string> epoch;
  std::optional<delta_mark> delta;
};
BOOST_DESCRIBE_STRUCT(publication_mark, (), (topic, offset, epoch, delta))

struct lagged_params {
  std::string topic;
  std::optional<std::uint64_t> missed;
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> to;
  std::optional<std::string> epoch;  ///< the store was lost, and this is the new one
};
BOOST_DESCRIBE_STRUCT(lagged_params, (), (topic, missed, from, to, epoch))

struct closed_params {
  std::string topic;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(closed_params, (), (topic, reason))

}  // namespace sidewire::client
