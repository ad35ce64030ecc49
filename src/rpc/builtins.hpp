#pragma once

#include <sidewire/registry.hpp>

namespace sidewire::rpc {

/// Adds the server's own methods: `rpc.discover`, `rpc.ping`, `auth.authenticate`, `auth.refresh`
/// and `batch.execute`.
void add_builtins(registry& methods);

}  // namespace sidewire::rpc
