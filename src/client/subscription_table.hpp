#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <sidewire/subscription.hpp>
#include <string>
#include <string_view>

#include "codec/reader.hpp"
#include "pubsub/method_types.hpp"
#include "pubsub/topic_name.hpp"

namespace sidewire::client {

/// A client's subscriptions: what each has had, what follows it, and what asks for the rest in a
/// fresh session. No I/O: it makes its calls by a function. Handlers may end any subscription. The
/// client's thread.
class subscription_table {
 public:
  using id = std::uint64_t;
  using event_handler = std::function<void(const topic_event&)>;
  /// Calls a method of the server's; `done` once, or never where the client ends.
  using caller = std::function<void(std::string_view method, const json& params,
                                    std::function<void(const result<json>&)> done)>;
  using answered = std::function<void(result<void>)>;

  explicit subscription_table(caller call) : call_{std::move(call)} {}

  /// Subscribes; `done` once, unless the subscription is removed before. `wanted` is new.
  void add(id wanted, std::string topic, subscribe_options options, event_handler on_event,
           answered done);
  /// Nothing of it is told any more; the server is told where it knows of it.
  void remove(id ended);
  /// The session is a fresh one: subscribes again, from where each is.
  void renew();
  /// The client has ended, and every subscription with it.
  void close(const error& reason);
  /// Takes a notification. False where it belongs to no subscription.
  bool take(const codec::incoming& notification);
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  /// How far a topic of a subscription is.
  struct progress {
    topic_position at = {};                  ///< the last that was told, or is not wanted
    std::shared_ptr<const json> value = {};  ///< the whole one of `at`, of delta topics
  };
  struct entry {
    pubsub::topic_pattern pattern;
    subscribe_options options;
    event_handler on_event;
    answered done;  // until the first answer
    bool is_active = false;
    std::uint64_t asked_count = 0;  // subscribes; answers to earlier ones than the last are late
    std::map<std::string, progress, std::less<>> topics = {};
  };
  using shared_entry = std::shared_ptr<entry>;

  void ask(id asked);
  void take_answer(id asked, std::uint64_t count, const result<json>& answer);
  void begin(entry& begun, const pubsub::subscribed_topic& told);
  void drop(id ended, std::string_view topic, const error& reason);
  shared_entry find(std::string_view topic) const;
  void take_lagged(const codec::incoming& notification);
  void take_closed(const codec::incoming& notification);
  bool take_publication(const codec::incoming& notification);

  caller call_;
  std::map<id, shared_entry> entries_;
};

}  // namespace sidewire::client
