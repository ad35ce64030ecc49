#pragma once

#include <memory>
#include <vector>

#include "base/timer_queue.hpp"
#include "pubsub/hub.hpp"
#include "pubsub/subscriber.hpp"
#include "rest/topic_events.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `GET /api/v1/stream/…`: one subscription as Server-Sent Events, until somebody ends it. A slow
/// reader falls behind as its policy says, like every other subscriber. Shard.
class topic_stream final : public exchange, private pubsub::subscriber {
 public:
  /// `to` and `where` outlive it.
  topic_stream(responder& to, site& where, std::shared_ptr<const principal> who,
               pubsub::subscribe_request asked);
  ~topic_stream() override;

  // exchange
  void begin(std::string& body) override;
  void on_room() override;
  void on_half_close() override;
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override { end(); }

 private:
  enum class phase : std::uint8_t { asking, streaming, over };

  // pubsub::subscriber
  bool takes(std::size_t bytes) const noexcept override;
  void deliver(const base::shared_payload& message) override;
  format form() const noexcept override { return format::json; }
  const std::shared_ptr<const principal>& who() const noexcept override { return who_; }

  void subscribed(const result<std::vector<pubsub::topic_start>>& outcome);
  void begin_stream(const std::vector<pubsub::topic_start>& starts);
  void write(const base::shared_payload& message, base::buffer& out);
  void send(base::buffer& out);
  void keep_alive(base::time_point now);
  void end();

  responder& to_;
  site& site_;
  pubsub::hub& topics_;
  std::shared_ptr<const principal> who_;
  pubsub::subscribe_request asked_;
  rest::topic_events events_;
  base::member_timer<topic_stream, &topic_stream::keep_alive> silence_{*this};
  phase phase_ = phase::asking;
};

}  // namespace sidewire::http
