#pragma once

#include <functional>
#include <sidewire/topic.hpp>
#include <string>
#include <vector>

#include "pubsub/catalog.hpp"
#include "pubsub/intake.hpp"
#include "pubsub/topic_name.hpp"

namespace sidewire {

/// What stands behind the public class: declarations and watchers, which are immutable once it
/// serves, and the way in from any thread.
struct topics::implementation {
  struct watcher {
    pubsub::topic_pattern pattern;
    std::function<void(const std::string& topic, demand changed)> told;
  };

  pubsub::catalog declared;
  std::vector<watcher> watchers;
  pubsub::intake entry;
};

}  // namespace sidewire
