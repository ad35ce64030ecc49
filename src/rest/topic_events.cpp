#include "rest/topic_events.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "codec/decode.hpp"
#include "pubsub/notices.hpp"
#include "pubsub/notification_text.hpp"
#include "pubsub/topic_name.hpp"

namespace sidewire::rest {

namespace {

/// A browser comes back after this time.
constexpr std::string_view retry = "retry: 1000\n";
constexpr std::string_view closed_method = "topic.closed";

/// What counts here of `topic.lagged` and `topic.closed`; `epoch` where the store was lost.
struct notice_params {
  std::string topic;
  std::optional<std::uint64_t> to;
  std::optional<std::string> epoch;
};
BOOST_DESCRIBE_STRUCT(notice_params, (), (topic, to, epoch))

/// A text on one line: within JSON line breaks are white space.
void append_line(base::buffer& out, std::string_view name, std::string_view text) {
  out.append(name);
  while (true) {
    const std::size_t end = text.find_first_of("\r\n");
    out.append(text.substr(0, end));
    if (end == text.npos) break;
    out.push_back(' ');
    text.remove_prefix(end + 1);
  }
  out.push_back('\n');
}

}  // namespace

topic_events::topic_events(pubsub::subscribe_request asked)
    : asked_{std::move(asked)}, is_pattern_{pubsub::topic_pattern{asked_.topic}.is_wildcard()} {}

void topic_events::write_begin(base::buffer& out, const std::vector<pubsub::topic_start>& starts) {
  out.append(retry);
  for (const pubsub::topic_start& start : starts) {
    at_.insert_or_assign(start.topic, pubsub::position{start.epoch, start.offset});
  }
  // Without data it is no event, and still tells a client where it is.
  write_id(out);
  out.push_back('\n');
  for (const pubsub::topic_start& start : starts) {
    if (!start.recovered) write_missed(out, start);
  }
}

void topic_events::write_missed(base::buffer& out, const pubsub::topic_start& start) {
  const auto named = asked_.since_by_topic.find(start.topic);
  const pubsub::position& since =
      named != asked_.since_by_topic.end() ? named->second : asked_.since.at;
  const bool is_gap = since.epoch == start.epoch && since.offset < start.offset;
  const base::shared_payload notice =
      is_gap ? pubsub::lagged_notice(format::json, start.topic, since.offset + 1, start.offset)
             : pubsub::lost_notice(format::json, start.topic, start.epoch);
  write(out, notice->bytes);
}

void topic_events::write(base::buffer& out, std::string_view notification) {
  const pubsub::notification_text parts = pubsub::parts_of(notification);
  follow(parts.method, parts.params);
  append_line(out, "event: ", pubsub::unescaped(parts.method));
  write_id(out);
  append_line(out, "data: ", parts.params);
  out.push_back('\n');
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

void topic_events::write_id(base::buffer& out) const {
  const auto only = at_.begin();
  if (only == at_.end()) return;
  const std::string id = is_pattern_ ? event_id(at_) : event_id(only->second);
  if (!id.empty()) append_line(out, "id: ", id);
}

void topic_events::write_keep_alive(base::buffer& out) {
  out.append(":\n\n");
}

}  // namespace sidewire::rest
