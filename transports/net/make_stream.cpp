#include "transports/net/make_stream.hpp"

#include <boost/system/system_error.hpp>

#include "transports/net/socket_stream.hpp"

namespace sidewire::net {

std::unique_ptr<stream> make_stream(boost::asio::io_context& context, unique_fd socket) {
  try {
    return std::make_unique<socket_stream>(context, std::move(socket));
  } catch (const boost::system::system_error&) {
    return nullptr;
  }
}

}  // namespace sidewire::net
