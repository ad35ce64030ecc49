#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/session.hpp"

namespace sidewire::client {

/// Which servers a WebSocket is meant for.
enum class sessions_wanted : std::uint8_t {
  if_any,  ///< offers plain JSON-RPC too, to learn what the server has
  always,
};

/// A session over a WebSocket. `options`, `session` and `user` outlive it, the user unless it is
/// abandoned or dismissed.
std::shared_ptr<connection> create_websocket_connection(
    boost::asio::io_context& context, const endpoint& where, const client_options& options,
    sessions_wanted wanted, client_session& session, connection_user& user);

}  // namespace sidewire::client
