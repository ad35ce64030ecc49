#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/payload.hpp"
#include "pubsub/subscription.hpp"
#include "rest/event_id.hpp"

namespace sidewire::rest {

/// What a notification is in a topic stream: a Server-Sent Event.
struct topic_event {
  std::string type;       ///< the event method
  std::string id;         ///< from which the stream can be taken up again; empty: none
  std::string_view data;  ///< its params, within the notification
};

/// Notifications of one subscription as the events of its stream, and how far it has come. Shard.
class topic_events {
 public:
  /// `asked` is what was subscribed to.
  explicit topic_events(pubsub::subscribe_request asked);

  /// The subscription begins; once. What of the time since `asked` cannot come: notifications
  /// `topic.lagged` to begin with.
  std::vector<base::shared_payload> begin(const std::vector<pubsub::topic_start>& starts);
  /// One notification in JSON, as a hub delivers it.
  topic_event next(std::string_view notification);

  /// The id of an event that would come now.
  std::string id() const;
  /// The subscription has ended, `topic.closed`: nothing follows.
  bool is_over() const noexcept { return is_over_; }

 private:
  base::shared_payload missed_notice(const pubsub::topic_start& start) const;
  void follow(std::string_view method, std::string_view params);

  pubsub::subscribe_request asked_;
  bool is_pattern_;
  positions at_;
  bool is_over_ = false;
};

}  // namespace sidewire::rest
