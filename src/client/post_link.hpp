#pragma once

#include <functional>
#include <memory>
#include <sidewire/client.hpp>

#include "client/endpoint.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// Messages as HTTP requests, each answered by its own response, over up to
/// `max_post_connections` connections with a thread each. `run_on_client` runs a function on the
/// client's thread, from any thread, and outlives the link, as `options` and `user` do.
std::unique_ptr<link> create_post_link(const endpoint& where, const client_options& options,
                                       link_user& user,
                                       std::function<void(std::function<void()>)> run_on_client);

}  // namespace sidewire::client
