#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/limits.hpp"
#include "pubsub/broker.hpp"
#include "pubsub/publication_log.hpp"

namespace sidewire::pubsub {

/// What becomes of publications that a subscriber is too slow for, on a topic without history or
/// beyond it.
enum class slow_policy : std::uint8_t {
  drop_oldest,  ///< the newest `buffer` of them are kept
  latest,       ///< the newest of each key is kept
  disconnect,   ///< beyond `buffer` the subscription ends
};

/// How far a subscription is, and how it falls behind. A value.
struct cursor_position {
  std::uint64_t next = 1;  ///< the first that it was neither given nor told to have missed
  std::uint32_t buffer = 100;
  slow_policy policy = slow_policy::drop_oldest;
};

/// What a subscription gets next.
struct next_step {
  enum class kind : std::uint8_t {
    nothing,      ///< it is up to date
    publication,  ///< `what`
    gap,          ///< it has missed what stands from its `next` to `to`, inclusive
    too_slow,     ///< it ends
  };
  kind does = kind::nothing;
  const shared_publication* what = nullptr;  ///< valid until the window changes
  std::uint64_t to = 0;
};

/// The publications of a topic that subscriptions of one shard may still get: a log that all share,
/// so that a subscription is no more than its place in it. Shard.
class window {
 public:
  /// `declared` and `bounds` outlive it.
  window(const topic_options& declared, const base::limits& bounds);

  void begin(const broker::snapshot& from);
  /// After a loss: nothing is kept, the next publication stands behind `last`.
  void begin_again(const position& last);
  void push(const shared_publication& what);
  void age(base::time_point now) { log_.age(now); }

  const std::string& epoch() const noexcept { return epoch_; }
  std::uint64_t end() const noexcept { return log_.end(); }
  /// The first from which a subscription can be caught up: of the history, or the retained one.
  std::uint64_t kept_first() const noexcept;
  bool has(std::uint64_t offset) const noexcept {
    return offset >= log_.first() && offset < log_.end();
  }

  next_step next_of(const cursor_position& at) const;
  /// Whether it has lost more than its policy bears.
  bool is_too_slow(const cursor_position& at) const noexcept {
    return at.policy == slow_policy::disconnect && at.next < reach_of(at);
  }
  /// The first publication that is to be kept for a subscription beyond the history.
  std::uint64_t needed_from(const cursor_position& at) const noexcept;
  /// Forgets what stands before `needed` and is no history.
  void trim(std::uint64_t needed);

  /// From now on the newest of each key are kept, those that are there included; or no more.
  void keep_keys();
  void forget_keys();

 private:
  std::uint64_t reach_of(const cursor_position& at) const noexcept;
  next_step next_of_latest(const cursor_position& at) const;
  void keep_key_of(const shared_publication& what);

  const topic_options& declared_;
  const base::limits& bounds_;
  std::string epoch_;
  publication_log log_;
  struct newest {
    std::map<std::uint64_t, shared_publication> by_offset;
    std::unordered_map<std::string_view, std::uint64_t> by_key;  // views of the publications' keys
  };
  std::optional<newest> newest_;
};

}  // namespace sidewire::pubsub
