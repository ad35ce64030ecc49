#include "rest/stream_request.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "codec/decode.hpp"
#include "pubsub/method_types.hpp"
#include "pubsub/topic_name.hpp"
#include "rest/event_id.hpp"

namespace sidewire::rest {

namespace {

/// The query of a topic stream.
struct stream_params {
  std::optional<std::string> since;
  std::optional<pubsub::slow_policy_name> policy;
  std::optional<std::uint32_t> buffer;
  std::optional<bool> delta;
};
BOOST_DESCRIBE_STRUCT(stream_params, (), (since, policy, buffer, delta))

result<stream_params> read_params(const std::vector<query_parameter>& query) {
  const type_description& type = describe<stream_params>();
  const auto text = params_of_query(query, &type);
  if (!text) return text.error();
  stream_params given;
  const auto outcome =
      codec::decode(json_view{*text, format::json}, type, &given, codec::unknown_members::refused);
  if (!outcome) return outcome.error();
  return given;
}

/// False where `since` is nothing of the kind.
bool set_since(pubsub::subscribe_request& asked, std::string_view since) {
  using kind = pubsub::since_point::kind;
  if (since == "new") return true;
  if (since == "first") {
    asked.since.from = kind::first;
    return true;
  }
  if (pubsub::topic_pattern{asked.topic}.is_wildcard()) {
    auto by_topic = read_event_ids(since);
    if (!by_topic) return false;
    asked.since_by_topic = *std::move(by_topic);
    return true;
  }
  auto where = read_event_id(since);
  if (!where) return false;
  asked.since = {kind::position, *std::move(where)};
  return true;
}

}  // namespace

result<pubsub::subscribe_request> read_stream_request(const std::string& topic,
                                                      const std::vector<query_parameter>& query,
                                                      std::string_view last_event_id) {
  if (const auto problem = pubsub::problem_of_topic_pattern(topic)) {
    return error{error_kind::invalid_params, *problem}.at("/topic");
  }
  const auto given = read_params(query);
  if (!given) return given.error();
  auto asked = pubsub::request_of({.topic = topic,
                                   .since = {},
                                   .policy = given->policy,
                                   .buffer = given->buffer,
                                   .delta = given->delta});
  if (!asked) return asked;
  const bool comes_back = !last_event_id.empty();
  const std::string since = comes_back ? std::string{last_event_id} : given->since.value_or("new");
  if (!set_since(*asked, since)) {
    error reason{error_kind::invalid_params,
                 comes_back ? "expected Last-Event-ID to be the id of an event of this stream"
                            : "expected \"new\", \"first\" or the id of an event of this stream"};
    return reason.at("/since");
  }
  return asked;
}

}  // namespace sidewire::rest
