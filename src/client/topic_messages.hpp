#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/json.hpp>
#include <sidewire/subscription.hpp>
#include <string>
#include <vector>

/// Topics on the wire (protocol, section 8), as a client reads and writes them.
namespace sidewire {

BOOST_DESCRIBE_STRUCT(topic_position, (), (epoch, offset))

namespace client {

struct subscribe_params {
  std::string topic;
  std::optional<json> since;
  std::optional<std::string> policy;
  std::optional<std::uint64_t> buffer;
  std::optional<bool> delta;
};
BOOST_DESCRIBE_STRUCT(subscribe_params, (), (topic, since, policy, buffer, delta))

struct unsubscribe_params {
  std::string topic;
};
BOOST_DESCRIBE_STRUCT(unsubscribe_params, (), (topic))

/// Where one topic of a subscription begins.
struct begun_topic {
  std::string topic;
  std::string epoch;
  std::uint64_t offset = 0;  ///< the last publication that does not come
  bool recovered = true;
  std::uint64_t missed = 0;
};
BOOST_DESCRIBE_STRUCT(begun_topic, (), (topic, epoch, offset, recovered, missed))

/// Of a pattern: every topic that fits it so far.
struct begun_topics {
  std::vector<begun_topic> topics;
};
BOOST_DESCRIBE_STRUCT(begun_topics, (), (topics))

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

}  // namespace client
}  // namespace sidewire
