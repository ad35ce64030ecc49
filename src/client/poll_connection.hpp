#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/session.hpp"

namespace sidewire::client {

/// A session over long polls down and POSTs up (protocol, section 5). `options`, `session`
/// and `user` outlive it, the user unless it is abandoned or dismissed.
std::shared_ptr<connection> create_poll_connection(boost::asio::io_context& context,
                                                   const endpoint& where,
                                                   const client_options& options,
                                                   client_session& session, connection_user& user);

}  // namespace sidewire::client
