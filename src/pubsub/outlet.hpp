#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "pubsub/broker.hpp"
#include "pubsub/hub.hpp"

namespace sidewire::pubsub {

/// The way from the home shard to one hub: everything arrives there in order, and what is sent
/// while some of it waits travels with it. Home shard.
class outlet final : public broker::sink {
 public:
  /// `post` runs a function on the hub's shard, in order; empty where that is the home shard and
  /// the hub is called at once. The hub must outlive what was posted.
  outlet(hub& to, std::function<void(std::function<void()>)> post);
  outlet(const outlet&) = delete;
  outlet& operator=(const outlet&) = delete;

  void send(std::function<void()> message);
  void on_publication(const shared_publication& what) override;
  void on_lost(const std::string& topic, const position& last) override;
  hub& to() noexcept { return hub_; }

 private:
  void arrive();

  hub& hub_;
  std::function<void(std::function<void()>)> post_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace sidewire::pubsub
