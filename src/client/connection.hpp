#pragma once

#include <cstdint>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>

#include "client/link.hpp"

namespace sidewire::client {

/// Why a connection has ended.
struct connection_ending {
  error reason;
  /// What the server closed with, or what its HTTP status stands for (protocol, section 5); 0: it
  /// did not, and something in between may have.
  std::uint16_t close_code = 0;
};

/// With which facts a session is opened, or resumed where there is a resume token.
struct session_opening {
  format written_as = format::json;
  std::string client = {};  ///< NAME/VERSION
  bool takes_requests = false;
  std::string resume_token = {};
  std::uint64_t received = 0;
  shared_message message = {};  ///< all of it as `session.open`
};

/// What a session's connection tells. Always on the client's thread.
class connection_user {
 public:
  /// A session can be asked for.
  virtual void on_connected() = 0;
  /// Instead of on_connected: a server without sessions. Nothing follows.
  virtual void on_no_sessions() = 0;
  /// A message, followed by base::buffer::padding readable bytes.
  virtual void on_received(std::string_view text, format written_as) = 0;
  /// What the session gave to be written has left.
  virtual void on_written() = 0;
  /// Once, and the last of all.
  virtual void on_ended(const connection_ending& why) = 0;

 protected:
  ~connection_user() = default;
};

/// One transport from the first packet to the last, over which a session travels for a while: a
/// WebSocket, or an event stream or polls with POSTs beside them. What goes, it takes from the
/// session when it can be written. Only the client's thread may call it.
class connection {
 public:
  virtual ~connection() = default;

  /// Ends in on_connected, on_no_sessions or on_ended.
  virtual void open() = 0;
  /// Sends a sign of life, to be answered in on_received. Before `ask`, and of a WebSocket alone.
  virtual void probe(shared_message ping) = 0;
  /// Asks for a session; its answer is the first message. Once.
  virtual void ask(const session_opening& how) = 0;
  /// The session runs here and may have something to write.
  virtual void send() = 0;
  /// Whoever is told from now on.
  virtual void tell(connection_user& user) = 0;
  /// Ends in on_ended within `close_timeout`; what the session has to write still leaves.
  virtual void close() = 0;
  /// Ends without further talk, and tells nothing any more.
  virtual void abandon() = 0;
  /// Tells nothing any more either, but ends the session that was asked for, which nobody needs.
  virtual void dismiss(shared_message end) = 0;
};

}  // namespace sidewire::client
