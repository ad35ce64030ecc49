#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// What a WebSocket tells. Always on the client's thread.
class websocket_user {
 public:
  /// The handshake is done; `subprotocol` is what the server chose, perhaps nothing.
  virtual void on_connected(std::string_view subprotocol) = 0;
  /// A message, followed by base::buffer::padding readable bytes.
  virtual void on_received(std::string_view text, format written_as) = 0;
  /// The message that was being written has left.
  virtual void on_written() = 0;
  /// Once, and the last of all.
  virtual void on_ended(const connection_ending& why) = 0;

 protected:
  ~websocket_user() = default;
};

/// One WebSocket (RFC 6455) from the first packet to the last: text frames hold JSON, binary ones
/// MessagePack. Nothing is compressed: permessage-deflate of Beast 1.81 fails on messages that it
/// reads in parts (boostorg/beast #3028). Only the client's thread may call it.
class websocket {
 public:
  virtual ~websocket() = default;

  /// Connects, within `connect_timeout`.
  virtual void open() = 0;
  /// One message at a time: the next one after on_written. Keeps the message until then.
  virtual void write(shared_message message) = 0;
  /// Ends in on_ended within `close_timeout`; what is being written still leaves, and what its user
  /// writes in on_written.
  virtual void close() = 0;
  /// Ends without further talk, and tells nothing any more.
  virtual void abandon() = 0;
};

/// What a WebSocket needs to know beside where it goes.
struct websocket_settings {
  std::string subprotocols;   ///< the offer, in order of preference
  std::string authorization;  ///< the header, or empty
  /// Without any sign of life for so long it counts as lost; zero: its user judges that itself.
  std::chrono::milliseconds silence_timeout{0};
};

/// `options` and `user` outlive the connection, the user unless it is abandoned. `context` runs on
/// the client's thread, and until the connection has no more to do.
std::shared_ptr<websocket> create_websocket(boost::asio::io_context& context, const endpoint& where,
                                            const client_options& options,
                                            websocket_settings settings, websocket_user& user);

}  // namespace sidewire::client
