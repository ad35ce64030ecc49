#pragma once

#include <chrono>
#include <sidewire/topic.hpp>

#include "services/service_thread.hpp"

namespace sidewire::services {

/// Declares the delta topic `metrics` and publishes the machine's state to it as `metrics.update`,
/// once an `interval`, while somebody subscribes; for the first a moment after. Declares nothing
/// where the interval is 0. A topic of that name that was declared before, with the event, stays as
/// it was declared; without it std::invalid_argument is thrown. `published` outlives `work`.
void publish_metrics(topics& published, std::chrono::milliseconds interval, service_thread& work);

}  // namespace sidewire::services
