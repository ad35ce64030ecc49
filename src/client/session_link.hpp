#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>

#include "client/endpoint.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// Messages in a session (protocol, sections 4 to 6) over one connection after the other, of the
/// transports that `options` allow: connects again whenever a connection is lost, and resumes;
/// moves to a better transport where it can. Ends when the server says so, when it is closed, and
/// when there was no connection for `reconnect_timeout`. `context` runs on the client's thread;
/// `options` and `user` outlive the link.
std::unique_ptr<link> create_session_link(boost::asio::io_context& context, const endpoint& where,
                                          const client_options& options, link_user& user);

}  // namespace sidewire::client
