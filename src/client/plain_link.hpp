#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>

#include "client/endpoint.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// Messages over one WebSocket with the subprotocol `jsonrpc`: no session, so that the end of the
/// connection is the end of the link. `context` runs on the client's thread; `options` and `user`
/// outlive the link.
std::unique_ptr<link> create_plain_link(boost::asio::io_context& context, const endpoint& where,
                                        const client_options& options, link_user& user);

}  // namespace sidewire::client
