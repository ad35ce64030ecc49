#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/topic.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/publication.hpp"

namespace sidewire::pubsub {

/// Where publications go and come from: it gives each its position, keeps the history, and tells
/// whoever joined. Everything completes through functions, at once or later, so that a store in
/// another process can stand behind it. Home shard, completions and sinks too.
class broker {
 public:
  /// Where the publications of joined topics arrive.
  class sink {
   public:
    /// The next publication of a topic that was joined.
    virtual void on_publication(const shared_publication& what) = 0;
    /// The store of a topic was lost: it counts anew from behind `last`.
    virtual void on_lost(const std::string& topic, const position& last) = 0;

   protected:
    ~sink() = default;
  };

  /// A topic at the time of joining it.
  struct snapshot {
    position last;
    /// What is kept, in order, up to `last`.
    std::vector<shared_publication> kept = {};
    /// The first that nobody was ever told of, where the topic queues for its first subscriber;
    /// else the one behind `last`.
    std::uint64_t unheard = 1;
  };

  struct page {
    position last;  ///< of the topic
    std::vector<shared_publication> publications;
  };

  using published = std::function<void(result<position>)>;
  using joined = std::function<void(result<snapshot>)>;
  using read = std::function<void(result<page>)>;

  broker() = default;
  broker(const broker&) = delete;
  broker& operator=(const broker&) = delete;
  virtual ~broker() = default;

  /// `declared` outlives the broker, here and below. Publications of one topic keep their order.
  virtual void publish(draft what, const topic_options& declared, published done) = 0;
  /// The publications behind `since` that are kept, or all of them where it is absent or of another
  /// epoch; the oldest `limit`.
  virtual void history(const std::string& topic, const topic_options& declared,
                       const std::optional<position>& since, std::size_t limit, read done) = 0;
  /// From the snapshot on `to` gets each publication once, in order. Who has joined and joins again
  /// gets a newer snapshot.
  virtual void join(const std::string& topic, const topic_options& declared, sink& to,
                    joined done) = 0;
  /// `to` gets nothing more of the topic, and the completion of a join under way is not called.
  virtual void leave(const std::string& topic, sink& to) = 0;
};

}  // namespace sidewire::pubsub
