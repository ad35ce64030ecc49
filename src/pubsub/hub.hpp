#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/timer_queue.hpp"
#include "pubsub/broker.hpp"
#include "pubsub/catalog.hpp"
#include "pubsub/subscription.hpp"
#include "rpc/call_counts.hpp"

namespace sidewire::pubsub {

class exchange;
class outlet;

/// What a hub counts. Written by its shard, read by any thread.
struct delivery_counts {
  rpc::counter delivered;  ///< publications to subscribers
  rpc::counter dropped;    ///< publications that a subscriber was told to have missed
};

/// One shard's part of the topics: the subscriptions of its subscribers, and what they have still
/// to get. It joins a topic at the exchange while somebody here wants it. Shard.
class hub {
 public:
  /// Runs what it is given on the home shard; at once where that is this one.
  using post_function = std::function<void(std::function<void()>)>;
  using subscribed = std::function<void(result<std::vector<topic_start>>)>;

  /// `declared` and `bounds` outlive it.
  hub(const catalog& declared, const base::limits& bounds, std::function<base::time_point()> now);
  ~hub();
  hub(const hub&) = delete;
  hub& operator=(const hub&) = delete;

  /// Before serving, once.
  void connect(exchange& home, outlet& from_home, post_function post_home);
  /// From now on nothing is asked of the exchange and nothing is delivered: the server is taken
  /// apart.
  void end() noexcept { has_ended_ = true; }

  /// Subscribes, or replaces the options of a subscription and replays where `asked` says since
  /// when. `done` is called once, now or later, unless `from` ends or the request is cancelled
  /// before; nothing of the subscription is delivered until `begin`. The request's number.
  std::uint64_t subscribe(subscriber& from, subscribe_request asked, subscribed done);
  /// The answer to a subscription was written: its publications may follow.
  void begin(subscriber& from, std::string_view topic);
  /// Nobody waits for a subscription any more that is not done; else nothing.
  void cancel(std::uint64_t request);
  /// Nothing of the subscription comes any more. not_found where there is none.
  result<void> unsubscribe(subscriber& from, std::string_view topic);
  /// Delivers what waits until `takes` says no, in turn over the subscriptions. To be called when
  /// something that it refused may enter again.
  void catch_up(subscriber& to);
  /// `who` has changed: ends what the new one may not see, and adds what patterns let it see.
  void reauthorise(subscriber& whose);

  // What the exchange says, in order. `ticket`: of the join or watch that it answers.
  void on_joined(const std::string& topic, std::uint64_t ticket, result<broker::snapshot> outcome);
  void on_watched(const std::string& pattern, std::uint64_t ticket);
  void on_publication(const shared_publication& what);
  void on_lost(const std::string& topic, const position& last);

  const catalog& declared() const noexcept { return declared_; }
  const base::limits& bounds() const noexcept { return bounds_; }
  /// Calls `asks` on the home shard. Any thread of a shard's own.
  void at_home(std::function<void(exchange&)> asks);
  /// Where the exchange's answers come back from.
  outlet& from_home() noexcept { return *from_home_; }
  const delivery_counts& counts() const noexcept { return counts_; }
  /// Topics that it has joined or is about to.
  std::size_t topic_count() const noexcept { return topics_.size(); }

 private:
  friend subscriber;
  using subscription = memberships::subscription;

  struct request {
    std::uint64_t number;
    subscriber* from;
    subscribe_request asked;
    subscribed done;
  };
  struct watch {
    explicit watch(topic_pattern what) : pattern{std::move(what)} {}
    topic_pattern pattern;
    std::uint64_t ticket = 0;
    bool is_ready = false;
    std::vector<memberships*> subscribers;
  };
  enum class progress : std::uint8_t { sent, nothing, refused };

  // Requests and what they wait for (hub_requests.cpp).
  result<void> check(const memberships& own, const subscribe_request& asked,
                     const principal& who) const;
  void ask_to_join(local_topic& topic);
  void ask_to_watch(watch& wanted);
  bool is_ready(const topic_pattern& pattern) const;
  bool is_watched(const std::string& topic, std::uint64_t ticket) const;
  void complete_requests(const std::string& topic);
  void fail_requests(const std::string& topic, const error& reason);
  std::optional<request> take_request(std::string_view topic, const subscriber* from = nullptr);
  void complete(request asked);
  std::vector<topic_start> attach(memberships& own, const subscribe_request& asked);
  topic_start attach_to(memberships& own, local_topic& topic, const subscribe_request& asked);
  void leave_if_unneeded(const std::string& topic);
  void unwatch_if_unneeded(const std::string& pattern);
  bool is_needed(const local_topic& topic) const;
  void forget(memberships& own);

  // Subscriptions and their cursors (hub.cpp).
  memberships& memberships_of(subscriber& from);
  void tidy(subscriber& from);
  subscription* find_subscription(memberships& own, std::string_view pattern) noexcept;
  /// The narrowest that fits a topic and may see it; null without one.
  subscription* governing(memberships& own, const local_topic& topic) noexcept;
  void remove_subscription(memberships& own, const std::string& pattern);
  cursor* find_cursor(memberships& own, const local_topic& topic) noexcept;
  /// Makes what governs a topic true of the cursor: adds, changes or removes it. Null: none.
  cursor* settle(memberships& own, local_topic& topic);
  cursor& add_cursor(memberships& own, local_topic& topic);
  void remove_cursor(memberships& own, memberships::place where);
  void set_policy(local_topic& topic, cursor& changed, slow_policy policy);
  std::uint64_t start_of(const local_topic& topic) const noexcept;

  // Delivery (hub_delivery.cpp).
  void mark_behind(cursor& late) noexcept;
  void mark_up_to_date(cursor& prompt) noexcept;
  progress tell_closing(memberships& own);
  progress step(memberships& own, memberships::place where);
  progress offer(cursor& to, const publication& what);
  progress tell(subscriber& to, const base::shared_payload& message);
  void end_slow(memberships& own, local_topic& topic);

  const catalog& declared_;
  const base::limits& bounds_;
  std::function<base::time_point()> now_;
  exchange* exchange_ = nullptr;
  outlet* from_home_ = nullptr;
  post_function post_home_;
  map_by_name<std::unique_ptr<local_topic>> topics_;
  map_by_name<watch> watches_;
  std::list<request> requests_;
  std::vector<subscriber*> slow_;  // those that a publication has ended, while it is delivered
  std::uint64_t last_number_ = 0;
  delivery_counts counts_;
  bool has_ended_ = false;
};

}  // namespace sidewire::pubsub
