#pragma once

#include <memory>
#include <sidewire/registry.hpp>

#include "services/system/server_facts.hpp"

namespace sidewire::services {

/// Adds `system.echo`, `system.wait`, `system.info`, `system.stats` and `system.dashboard`. The
/// moment of the call counts as the server's start.
void add_system(registry& methods, std::shared_ptr<const server_facts> server);

}  // namespace sidewire::services
