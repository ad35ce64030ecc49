#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "pubsub/subscription.hpp"
#include "rest/event_id.hpp"

namespace sidewire::rest {

/// What a topic stream writes: notifications of its subscription as Server-Sent Events (HTML
/// standard, 9.2), each with the `id` from which the stream can be taken up again. `event:` is the
/// event method, `data:` its params on one line. Shard.
class topic_events {
 public:
  /// `asked` is what was subscribed to.
  explicit topic_events(pubsub::subscribe_request asked);

  /// The first bytes of the stream: when to come back, where it begins, and what of the time since
  /// `asked` cannot come (`topic.lagged`).
  void write_begin(base::buffer& out, const std::vector<pubsub::topic_start>& starts);
  /// One notification in JSON, as a hub delivers it.
  void write(base::buffer& out, std::string_view notification);
  /// A comment, which tells that the server is there.
  static void write_keep_alive(base::buffer& out);

  /// The subscription has ended, `topic.closed`: nothing follows.
  bool is_over() const noexcept { return is_over_; }

 private:
  void write_missed(base::buffer& out, const pubsub::topic_start& start);
  void follow(std::string_view method, std::string_view params);
  void write_id(base::buffer& out) const;

  pubsub::subscribe_request asked_;
  bool is_pattern_;
  positions at_;
  bool is_over_ = false;
};

}  // namespace sidewire::rest
