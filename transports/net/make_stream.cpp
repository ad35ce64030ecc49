#include "transports/net/make_stream.hpp"

#include <boost/system/system_error.hpp>
#include <new>

#include "transports/net/socket_stream.hpp"
#include "transports/net/tls_stream.hpp"

namespace sidewire::net {

std::unique_ptr<stream> make_stream(boost::asio::io_context& context, unique_fd socket,
                                    const tls_context* tls) {
  try {
    if (tls != nullptr) return std::make_unique<tls_stream>(context, std::move(socket), *tls);
    return std::make_unique<socket_stream>(context, std::move(socket));
  } catch (const boost::system::system_error&) {
    return nullptr;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace sidewire::net
