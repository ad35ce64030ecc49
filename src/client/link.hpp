#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "client/byte_budget.hpp"

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
};

/// What a link tells. Always on the client's thread.
class link_user {
 public:
  virtual void on_open() = 0;
  /// From here on nobody knows whether the exchange's calls run.
  virtual void on_sending(exchange_id exchange) = 0;
  /// The message has left, or the server took it. Nothing follows for a notification.
  virtual void on_sent(exchange_id exchange) = 0;
  /// A message, followed by base::buffer::padding readable bytes. `exchange` is the one that it
  /// answers where the transport knows, else no_exchange.
  virtual void on_message(std::string_view text, format written_as, exchange_id exchange) = 0;
  /// This exchange has failed, and no other.
  virtual void on_failed(exchange_id exchange, const error& reason) = 0;
  /// At most once, and the last of all. `reason` is `unavailable` where nothing better is known.
  virtual void on_closed(const error& reason) = 0;

 protected:
  ~link_user() = default;
};

/// How a client's messages travel, and the place where it is decided what a lost connection means.
/// Only the client's thread may call it.
class link {
 public:
  virtual ~link() = default;

  /// Ends in on_open or on_closed.
  virtual void open() = 0;
  /// Takes the message in order; never blocks.
  virtual void send(outgoing_message message) = 0;
  /// Asks the server to cancel calls `first` to `first + count - 1` of `exchange`. Whether their
  /// answers still come is what `answers_cancelled_calls` says.
  virtual void cancel(exchange_id exchange, std::size_t count) = 0;
  virtual bool answers_cancelled_calls() const noexcept = 0;
  /// Ends in on_closed, within `close_timeout`.
  virtual void close() = 0;
};

}  // namespace sidewire::client
