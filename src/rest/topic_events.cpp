#include "rest/topic_events.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "codec/decode.hpp"
#include "pubsub/notices.hpp"
#include "pubsub/notification_text.hpp"
#include "pubsub/topic_name.hpp"

namespace sidewire::rest {

namespace {

constexpr std::string_view closed_method = "topic.closed";

/// What counts here of `topic.lagged` and `topic.closed`; `epoch` where the store was lost.
struct notice_params {
  std::string topic;
  std::optional<std::uint64_t> to;
  std::optional<std::string> epoch;
};
BOOST_DESCRIBE_STRUCT(notice_params, (), (topic, to, epoch))

}  // namespace

topic_events::topic_events(pubsub::subscribe_request asked)
    : asked_{std::move(asked)}, is_pattern_{pubsub::topic_pattern{asked_.topic}.is_wildcard()} {}

std::vector<base::shared_payload> topic_events::begin(
    const std::vector<pubsub::topic_start>& starts) {
  std::vector<base::shared_payload> notices;
  for (const pubsub::topic_start& start : starts) {
    at_.insert_or_assign(start.topic, pubsub::position{start.epoch, start.offset});
    if (!start.recovered) notices.push_back(missed_notice(start));
  }
  return notices;
}

base::shared_payload topic_events::missed_notice(const pubsub::topic_start& start) const {
  const auto named = asked_.since_by_topic.find(start.topic);
  const pubsub::position& since =
      named != asked_.since_by_topic.end() ? named->second : asked_.since.at;
  const bool is_gap = since.epoch == start.epoch && since.offset < start.offset;
  return is_gap ? pubsub::lagged_notice(format::json, start.topic, since.offset + 1, start.offset)
                : pubsub::lost_notice(format::json, start.topic, start.epoch);
}

topic_event topic_events::next(std::string_view notification) {
  const pubsub::notification_text parts = pubsub::parts_of(notification);
  follow(parts.method, parts.params);
  return {.type = pubsub::unescaped(parts.method), .id = id(), .data = parts.params};
}

/// Keeps where the stream is after a notification.
void topic_events::follow(std::string_view method, std::string_view params) {
  if (const auto published = pubsub::publication_of(params)) {
    pubsub::position& where = at_[is_pattern_ ? pubsub::unescaped(published->topic) : asked_.topic];
    where.offset = published->offset;
    if (!published->epoch.empty()) where.epoch = published->epoch;
    return;
  }
  notice_params told;
  if (!codec::decode(json_view{params, format::json}, describe<notice_params>(), &told)) return;
  if (method == closed_method) {
    is_over_ = is_over_ || told.topic == asked_.topic;
  } else if (told.epoch) {
    // Nobody knows yet where in it the next publication stands.
    at_[told.topic] = {*told.epoch, 0};
  } else if (told.to) {
    at_[told.topic].offset = *told.to;
  }
}

std::string topic_events::id() const {
  if (is_pattern_) return event_id(at_);
  const auto only = at_.begin();
  return only == at_.end() ? std::string{} : event_id(only->second);
}

}  // namespace sidewire::rest
