#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <sidewire/client_options.hpp>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "client/byte_budget.hpp"
#include "client/transport_memory.hpp"
#include "codec/reader.hpp"

namespace sidewire::client {

/// One message that a client sends and the answers to it: a call, a batch, or a notification
/// without any. Named by the id of its first call; unique in a client.
using exchange_id = std::uint64_t;

/// An exchange that nobody waits for, such as `$/cancelRequest`.
inline constexpr exchange_id no_exchange = std::numeric_limits<exchange_id>::max();

struct outgoing_message {
  exchange_id exchange = no_exchange;
  format written_as = format::json;
  base::buffer text = {};
  byte_budget::share unsent = {};  ///< of `max_unsent_bytes`, for as long as the message lives
  /// Answers a request of the server's, and so means nothing in another session.
  bool is_answer = false;
};

/// Shared by whoever may have to send it again. Immutable.
using shared_message = std::shared_ptr<const outgoing_message>;

/// What a link tells. Always on the client's thread.
class link_user {
 public:
  /// Messages travel from now on: at first, and after each `on_break`.
  virtual void on_open() = 0;
  /// The connection has ended, the link gets another one, and nothing is lost so far.
  virtual void on_break(const error& reason) = 0;
  /// The session was lost: what has been written and is not answered is unknown. What was never
  /// written will be.
  virtual void on_session_lost(const error& reason) = 0;
  /// From here on nobody knows whether the exchange's calls run.
  virtual void on_sending(exchange_id exchange) = 0;
  /// The server has not taken it: as before on_sending.
  virtual void on_unsent(exchange_id exchange) = 0;
  /// The message has left, or the server took it. Nothing follows for a notification.
  virtual void on_sent(exchange_id exchange) = 0;
  /// A message, followed by base::buffer::padding readable bytes. `exchange` is the one that it
  /// answers where the transport knows, else no_exchange.
  virtual void on_message(std::string_view text, format written_as, exchange_id exchange) = 0;
  /// This exchange has failed, and no other.
  virtual void on_failed(exchange_id exchange, const error& reason) = 0;
  /// At most once, and the last of all. `reason` is `unavailable` where nothing better is known.
  virtual void on_closed(const error& reason) = 0;
  /// Instead of `on_open`, and the last of all: the server has no sessions, but can be talked to
  /// over this transport.
  virtual void on_no_sessions(client_transport instead) = 0;
  /// A session travels on this transport now, others having failed.
  virtual void on_transport(session_transport transport, const transport_failures& failures) = 0;

 protected:
  ~link_user() = default;
};

/// What asking a link to cancel has led to.
enum class cancelling : std::uint8_t {
  asked,  ///< the server's answer tells what became of the calls
  done,   ///< no answer comes any more
};

/// How a client's messages travel, and the place where it is decided what a lost connection means.
/// Only the client's thread may call it.
class link {
 public:
  virtual ~link() = default;

  /// Ends in on_open or on_closed.
  virtual void open() = 0;
  /// Takes the message in order; never blocks.
  virtual void send(shared_message message) = 0;
  /// Asks the server to cancel calls `first` to `first + count - 1` of `exchange`.
  virtual cancelling cancel(exchange_id exchange, std::size_t count) = 0;
  /// Takes note of a message that has been read; within on_message. Whether it is the user's: it
  /// was neither the link's own nor known already.
  virtual bool admit(codec::reader&, std::size_t) { return true; }
  /// Ends in on_closed, within `close_timeout`.
  virtual void close() = 0;
};

}  // namespace sidewire::client
