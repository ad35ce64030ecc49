#pragma once

#include <sidewire/registry.hpp>

namespace sidewire::pubsub {

/// Adds `topic.subscribe`, `topic.unsubscribe`, `topic.publish`, `topic.history` and `topic.list`,
/// which work on the hub that their dispatcher's environment names.
void add_topic_methods(registry& methods);

}  // namespace sidewire::pubsub
