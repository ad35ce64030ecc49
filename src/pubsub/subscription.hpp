#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pubsub/notices.hpp"
#include "pubsub/subscriber.hpp"
#include "pubsub/topic_name.hpp"
#include "pubsub/window.hpp"

namespace sidewire::pubsub {

/// Whether a subscription takes merge patches, where its topic has them.
enum class deltas : std::uint8_t { refused, taken };

struct subscription_options {
  slow_policy policy = slow_policy::drop_oldest;
  std::uint32_t buffer = 100;  ///< publications
  deltas patches = deltas::refused;
};

/// From where a subscription wants a topic.
struct since_point {
  enum class kind : std::uint8_t {
    now,       ///< what comes from now on, and what the topic retains; where it was, if it is known
    first,     ///< everything that is kept
    position,  ///< what stands behind `at`
  };
  kind from = kind::now;
  position at = {};
};

/// What a subscriber asks for. A value.
struct subscribe_request {
  std::string topic;  ///< a name or a pattern
  since_point since = {};
  std::map<std::string, position> since_by_topic = {};  ///< for a pattern, before `since`
  subscription_options options = {};
};

/// Where a topic of a subscription begins.
struct topic_start {
  std::string topic;
  std::string epoch;
  std::uint64_t offset = 0;  ///< the last publication that does not come
  bool recovered = true;     ///< whether nothing behind `since` is lost
  std::uint64_t missed = 0;  ///< how many of this epoch are
};

/// One subscription to one topic, as a place in its window. What is governed by the narrowest of
/// the subscriber's patterns that fit.
struct cursor {
  subscriber* to = nullptr;
  cursor_position at;
  std::uint32_t place = 0;  ///< its index in `memberships::places`
  bool takes_patches = false;
  bool has_base = false;   ///< the publication before `at.next` was delivered
  bool is_behind = false;  ///< something waits for it, or it is held
  bool is_held = false;    ///< the answer that begins it is not written yet
  bool has_lost = false;   ///< the store was lost, and it was not told
};

/// A topic that this shard has joined or is about to.
struct local_topic {
  local_topic(std::string its_name, const topic_options& options, const base::limits& bounds)
      : name{std::move(its_name)}, declared{options}, log{options, bounds} {}

  std::string name;
  const topic_options& declared;
  window log;
  std::vector<cursor> cursors;
  std::size_t latest_count = 0;  ///< cursors that keep the newest of each key
  std::uint64_t ticket = 0;      ///< of the join under way
  std::uint64_t unheard = 0;     ///< what the first subscriber begins with; 0: nothing
  bool is_joined = false;
};

class hub;

/// All subscriptions of one subscriber; they end with it. Shard.
class memberships {
 public:
  memberships(hub& home, subscriber& self) : home_{home}, self_{self} {}
  memberships(const memberships&) = delete;
  memberships& operator=(const memberships&) = delete;

 private:
  friend hub;
  friend subscriber;

  struct subscription {
    topic_pattern pattern;
    subscription_options options;
    bool is_held = true;
  };
  struct place {
    local_topic* topic;
    std::uint32_t index;  // of its cursor
  };
  struct closing {
    std::string topic;
    close_reason reason;
  };

  hub& home_;
  subscriber& self_;
  std::vector<subscription> subscriptions_;
  std::vector<place> places_;
  std::vector<closing> closings_;  // to be told
  std::size_t pending_count_ = 0;  // requests that wait for a topic
  std::size_t behind_count_ = 0;   // cursors
  std::size_t turn_ = 0;           // the place that is caught up next
};

}  // namespace sidewire::pubsub
