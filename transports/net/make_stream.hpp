#pragma once

#include <memory>

#include "transports/net/stream.hpp"
#include "transports/net/unique_fd.hpp"

namespace sidewire::net {

class tls_context;

/// The stream of an accepted socket, on the shard of `context`; with TLS unless `tls` is null,
/// which may end before the stream. Null when the system does not let the socket be watched (no
/// memory, no more watches): that connection alone is lost.
std::unique_ptr<stream> make_stream(boost::asio::io_context& context, unique_fd socket,
                                    const tls_context* tls = nullptr);

}  // namespace sidewire::net
