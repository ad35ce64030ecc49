#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Subscriptions of an rpc_client to topics.

namespace sidewire {

/// A publication's place in its topic: the store that counted it, and its number there.
struct topic_position {
  std::string epoch;
  std::uint64_t offset = 0;
};

/// From where on a subscription begins.
enum class topic_start : std::uint8_t {
  newest,  ///< what is published from now on
  first,   ///< everything that is kept
};

/// What becomes of publications that the connection is too slow for, beyond the topic's history.
enum class slow_subscription : std::uint8_t {
  drop_oldest,  ///< the newest `buffer` of them are kept
  latest,       ///< the newest of each key is kept
  disconnect,   ///< the subscription ends
};

/// Whether the server may send what has changed in place of the whole value.
enum class topic_delta : std::uint8_t { whole, patches };

/// One publication. Valid until the handler returns.
struct topic_event {
  std::string_view topic;  ///< its name, of wildcard subscriptions too
  std::string_view epoch;
  std::uint64_t offset = 0;
  std::string_view method;
  json_view params;  ///< as published, an object; whole, however it travelled
};

/// What a subscription has missed for good: publications `from` to `to`, where that is known.
struct topic_gap {
  std::string_view topic;
  std::optional<std::uint64_t> missed = {};  ///< nothing: nobody knows how many
  std::optional<std::uint64_t> from = {};
  std::optional<std::uint64_t> to = {};
};

struct subscribe_options {
  /// A place in a topic, such as the last one seen by an earlier run, or where to begin.
  std::variant<topic_start, topic_position> since = topic_start::newest;
  /// Absent: as the server has it (`drop_oldest`, 100).
  std::optional<slow_subscription> policy = {};
  std::optional<std::uint32_t> buffer = {};
  topic_delta delta = topic_delta::whole;
  /// Told where the gap is, before the publication behind it.
  std::function<void(const topic_gap& gap)> on_gap = {};
  /// The server has ended the subscription: `topic` may not be read any more (`forbidden`), or its
  /// reader was too slow (`limit_exceeded`). Of a wildcard subscription the others go on.
  std::function<void(std::string_view topic, const error& reason)> on_closed = {};
};

/// Holds a subscription; when it goes, the subscription ends and no handler of it runs any more.
/// May outlive its client. One thread at a time.
class subscription {
 public:
  subscription() = default;
  /// `held` ends the subscription when it is destroyed.
  explicit subscription(std::shared_ptr<void> held) : held_{std::move(held)} {}

  /// Waits for a handler that runs on the client's thread, unless this is called there.
  void end() { held_.reset(); }

 private:
  std::shared_ptr<void> held_;
};

}  // namespace sidewire
