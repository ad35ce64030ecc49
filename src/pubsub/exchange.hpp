#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "pubsub/broker.hpp"
#include "pubsub/outlet.hpp"
#include "pubsub/throttle.hpp"
#include "pubsub/topics.hpp"
#include "rpc/call_counts.hpp"

namespace sidewire::pubsub {

/// A topic that exists: it was published to, or is subscribed to. A value.
struct known_topic {
  std::string name;
  const topic_options* declared = nullptr;
  bool has_subscribers = false;
};

/// The one place through which all publications go on their way to the broker, and where each shard
/// joins the topics that its subscribers want: it keeps rates, and tells who watches the demand.
/// Home shard.
class exchange {
 public:
  /// What it works with; all but the clock outlive it.
  struct environment {
    topics::implementation& declared;
    broker& store;
    base::timer_queue& timers;
    std::function<base::time_point()> now;
    const base::limits& bounds;
    base::logger& log;
  };

  explicit exchange(environment with);
  ~exchange();
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// The way to a hub, made before serving. Empty `post`: the hub is on the home shard.
  outlet& add(hub& to, std::function<void(std::function<void()>)> post);
  /// Nothing goes out any more, and nothing that was put off will: the server is taken apart.
  void end() noexcept;

  /// Publishes what was checked against its declaration. Under a rate, `done` waits with it.
  void publish(draft what, broker::published done);
  /// Publishes what waits in the intake.
  void publish_waiting();
  void history(const std::string& topic, const std::optional<position>& since, std::size_t limit,
               broker::read done);

  /// Answers by `hub::on_joined`, after which the hub gets every publication.
  void join(const std::string& topic, std::uint64_t ticket, outlet& from);
  void leave(const std::string& topic, outlet& from);
  /// Joins every topic that fits, those to come as well, each answered by `hub::on_joined` with the
  /// watch's ticket; and by `hub::on_watched` when those that are there were joined.
  void watch(const topic_pattern& pattern, std::uint64_t ticket, outlet& from);
  /// The topics that were joined stay so until they are left.
  void unwatch(const topic_pattern& pattern, outlet& from);

  /// Publications that were taken since the start. Any thread.
  std::uint64_t published_count() const noexcept { return published_.value(); }
  /// Ordered by name.
  std::vector<known_topic> known() const;

 private:
  struct topic {
    const topic_options* declared = nullptr;
    std::vector<outlet*> joined;
    std::unique_ptr<throttle> rate;  // null without one
    bool was_published = false;
  };
  struct watch_entry {
    topic_pattern pattern;
    std::uint64_t ticket;
    outlet* from;
  };

  /// Null where there are too many.
  topic* find_or_add(const std::string& name);
  void join_one(const std::string& name, topic& wanted, std::uint64_t ticket, outlet& from,
                std::function<void()> then);
  void tell_demand(const std::string& name, demand changed);
  void release(const topic_options& declared, throttle::item next);
  void remove_if_idle(const std::string& name);

  environment with_;
  std::vector<std::unique_ptr<outlet>> outlets_;
  map_by_name<topic> topics_;
  std::vector<watch_entry> watches_;
  rpc::counter published_;
  bool has_ended_ = false;
};

}  // namespace sidewire::pubsub
