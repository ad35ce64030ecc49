#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>

#include "client/endpoint.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// Messages over one WebSocket (RFC 6455) with the subprotocol `jsonrpc`: text frames hold JSON,
/// binary ones MessagePack. `context` runs on the client's thread and is run empty before the link
/// goes; `options` and `user` outlive it.
std::unique_ptr<link> create_websocket_link(boost::asio::io_context& context, const endpoint& where,
                                            const client_options& options, link_user& user);

}  // namespace sidewire::client
