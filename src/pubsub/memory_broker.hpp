#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pubsub/broker.hpp"
#include "pubsub/catalog.hpp"
#include "pubsub/publication_log.hpp"

namespace sidewire::pubsub {

/// The broker of a server that stands alone: everything is in its memory, and completes at once. A
/// topic that was published to is remembered for good, since its offsets must not come again; how
/// many there are is bounded by who calls. Home shard.
class memory_broker final : public broker {
 public:
  /// `epoch`: unlike that of any other store, a restarted one included.
  memory_broker(std::string epoch, std::function<base::time_point()> now);
  ~memory_broker() override;

  void publish(draft what, const topic_options& declared, published done) override;
  void history(const std::string& topic, const topic_options& declared,
               const std::optional<position>& since, std::size_t limit, read done) override;
  void join(const std::string& topic, const topic_options& declared, sink& to,
            joined done) override;
  void leave(const std::string& topic, sink& to) override;

 private:
  struct stored {
    explicit stored(const topic_options& declared);
    void trim(base::time_point now);

    const topic_options& declared;
    publication_log log;
    std::shared_ptr<const json> state;  // the last one of a delta topic
    std::vector<sink*> sinks;
    bool was_joined = false;
  };

  stored& at(const std::string& topic, const topic_options& declared);
  position last_of(const stored& topic) const { return {epoch_, topic.log.end() - 1}; }

  std::string epoch_;
  std::function<base::time_point()> now_;
  map_by_name<stored> topics_;
};

}  // namespace sidewire::pubsub
