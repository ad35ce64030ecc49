#pragma once

#include <sidewire/topic.hpp>

namespace sidewire::services {

/// Declares a topic of a service's own. One of the very name that was declared before, with all its
/// events, stays as it was declared: so the configuration gives it other bounds or scopes. Without
/// them std::invalid_argument is thrown.
void add_built_in(topics& published, topic_options declared);

}  // namespace sidewire::services
