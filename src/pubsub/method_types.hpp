#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <sidewire/error.hpp>
#include <string>
#include <vector>

#include "pubsub/subscription.hpp"

/// What the methods `topic.*` take and answer.
namespace sidewire::pubsub {

enum class slow_policy_name : std::uint8_t { dropOldest, latest, disconnect };
BOOST_DESCRIBE_ENUM(slow_policy_name, dropOldest, latest, disconnect)

struct topic_position {
  std::string epoch;
  std::uint64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(topic_position, (), (epoch, offset))

struct subscribe_params {
  std::string topic;
  std::optional<json> since;
  std::optional<slow_policy_name> policy;
  std::optional<std::uint32_t> buffer;
  std::optional<bool> delta;
};
BOOST_DESCRIBE_STRUCT(subscribe_params, (), (topic, since, policy, buffer, delta))

struct subscribed_topic {
  std::string topic;
  std::string epoch;
  std::uint64_t offset = 0;
  bool recovered = true;
  std::uint64_t missed = 0;
};
BOOST_DESCRIBE_STRUCT(subscribed_topic, (), (topic, epoch, offset, recovered, missed))

struct subscribe_result {
  std::string topic;
  std::optional<std::string> epoch;
  std::optional<std::uint64_t> offset;
  bool recovered = true;
  std::uint64_t missed = 0;
  std::optional<std::vector<subscribed_topic>> topics;
};
BOOST_DESCRIBE_STRUCT(subscribe_result, (), (topic, epoch, offset, recovered, missed, topics))

struct unsubscribe_params {
  std::string topic;
};
BOOST_DESCRIBE_STRUCT(unsubscribe_params, (), (topic))

struct publish_params {
  std::string topic;
  std::string method;
  json params;
  std::optional<std::string> key;
};
BOOST_DESCRIBE_STRUCT(publish_params, (), (topic, method, params, key))

struct history_params {
  std::string topic;
  std::optional<json> since;
  std::optional<std::uint32_t> limit;
};
BOOST_DESCRIBE_STRUCT(history_params, (), (topic, since, limit))

struct history_entry {
  std::uint64_t offset = 0;
  std::string method;
  json params;
  std::optional<std::string> key;
};
BOOST_DESCRIBE_STRUCT(history_entry, (), (offset, method, params, key))

struct history_result {
  std::string topic;
  std::string epoch;
  std::uint64_t offset = 0;
  std::vector<history_entry> publications;
};
BOOST_DESCRIBE_STRUCT(history_result, (), (topic, epoch, offset, publications))

struct listed_topic {
  std::string topic;
  std::optional<std::string> summary;
  std::vector<std::string> events;
  std::uint64_t history_count = 0;
  bool retains_last = false;
  bool delta = false;
  bool may_publish = false;
};
BOOST_DESCRIBE_STRUCT(listed_topic, (),
                      (topic, summary, events, history_count, retains_last, delta, may_publish))

struct list_result {
  std::vector<listed_topic> topics;
};
BOOST_DESCRIBE_STRUCT(list_result, (), (topics))

/// What a call asks for; invalid_params where `since` is none.
result<subscribe_request> request_of(const subscribe_params& given);
subscribe_result result_of(const std::string& topic, const std::vector<topic_start>& starts);
/// The `since` of a single topic; absent: the first.
result<std::optional<position>> since_of(const history_params& given);

}  // namespace sidewire::pubsub
