#include "pubsub/outlet.hpp"

#include <utility>

namespace sidewire::pubsub {

outlet::outlet(hub& to, std::function<void(std::function<void()>)> post)
    : hub_{to}, post_{std::move(post)} {}

void outlet::send(std::function<void()> message) {
  if (!post_) return message();
  bool is_first = false;
  {
    const std::lock_guard lock{mutex_};
    is_first = waiting_.empty();
    waiting_.push_back(std::move(message));
  }
  if (is_first) post_([this] { arrive(); });
}

/// On the hub's shard.
void outlet::arrive() {
  std::vector<std::function<void()>> arrived;
  {
    const std::lock_guard lock{mutex_};
    arrived = std::exchange(waiting_, {});
  }
  for (const auto& message : arrived) message();
}

void outlet::on_publication(const shared_publication& what) {
  if (!post_) return hub_.on_publication(what);
  send([this, what] { hub_.on_publication(what); });
}

void outlet::on_lost(const std::string& topic, const position& last) {
  send([this, topic, last] { hub_.on_lost(topic, last); });
}

}  // namespace sidewire::pubsub
