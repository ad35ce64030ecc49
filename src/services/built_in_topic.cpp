#include "services/built_in_topic.hpp"

#include <algorithm>
#include <utility>

#include "pubsub/topics.hpp"

namespace sidewire::services {

void add_built_in(topics& published, topic_options declared) {
  const topic_options* const found = published.internals().declared.find(declared.name);
  const bool is_there = found != nullptr && found->name == declared.name &&
                        std::ranges::all_of(declared.events, [&](const std::string& event) {
                          return pubsub::has_event(*found, event);
                        });
  if (!is_there) published.add(std::move(declared));
}

}  // namespace sidewire::services
