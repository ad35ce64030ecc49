#include "pubsub/method_types.hpp"

#include <map>
#include <utility>

#include "codec/decode.hpp"

namespace sidewire::pubsub {

namespace {

error bad_since(const std::string& expected) {
  return error{error_kind::invalid_params, "expected since to be " + expected}.at("/since");
}

position position_of(topic_position given) {
  return {std::move(given.epoch), given.offset};
}

template <class T>
std::optional<T> read_as(const json& value) {
  T read{};
  if (!codec::decode(value, describe<T>(), &read, codec::unknown_members::refused)) {
    return std::nullopt;
  }
  return read;
}

/// The texts that stand for a place in a topic.
std::optional<since_point::kind> named_point(const json& since) {
  const auto name = read_as<std::string>(since);
  if (name == "new") return since_point::kind::now;
  if (name == "first") return since_point::kind::first;
  return std::nullopt;
}

}  // namespace

result<subscribe_request> request_of(const subscribe_params& given) {
  subscribe_request asked{.topic = given.topic};
  if (given.policy) asked.options.policy = static_cast<slow_policy>(*given.policy);
  if (given.buffer) asked.options.buffer = *given.buffer;
  asked.options.patches = given.delta.value_or(false) ? deltas::taken : deltas::refused;
  if (asked.options.buffer == 0) {
    return error{error_kind::invalid_params, "expected a buffer of at least one"}.at("/buffer");
  }
  if (!given.since) return asked;
  const bool is_pattern = topic_pattern{given.topic}.is_wildcard();
  if (const auto point = named_point(*given.since)) {
    asked.since.from = *point;
  } else if (is_pattern) {
    auto by_topic = read_as<std::map<std::string, topic_position>>(*given.since);
    if (!by_topic) return bad_since("\"new\", \"first\" or a position by topic");
    for (auto& [topic, where] : *by_topic) {
      asked.since_by_topic.emplace(topic, position_of(std::move(where)));
    }
  } else {
    auto where = read_as<topic_position>(*given.since);
    if (!where) return bad_since("\"new\", \"first\" or {epoch, offset}");
    asked.since = {since_point::kind::position, position_of(*std::move(where))};
  }
  return asked;
}

subscribe_result result_of(const std::string& topic, const std::vector<topic_start>& starts) {
  subscribe_result answer;
  answer.topic = topic;
  std::vector<subscribed_topic> topics;
  for (const topic_start& start : starts) {
    answer.recovered = answer.recovered && start.recovered;
    answer.missed += start.missed;
    topics.push_back({start.topic, start.epoch, start.offset, start.recovered, start.missed});
  }
  if (topic_pattern{topic}.is_wildcard()) {
    answer.topics = std::move(topics);
  } else {
    answer.epoch = starts.front().epoch;
    answer.offset = starts.front().offset;
  }
  return answer;
}

result<std::optional<position>> since_of(const history_params& given) {
  if (!given.since || named_point(*given.since) == since_point::kind::first) {
    return std::optional<position>{};
  }
  auto where = read_as<topic_position>(*given.since);
  if (!where) return bad_since("\"first\" or {epoch, offset}");
  return std::optional{position_of(*std::move(where))};
}

}  // namespace sidewire::pubsub
