#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "transports/http/request_head.hpp"
#include "transports/http/response.hpp"
#include "transports/net/channel.hpp"

namespace sidewire::http {

/// A peer that has closed its half may have gone altogether. The second write after so long shows
/// it.
inline constexpr std::chrono::seconds probe_delay{1};

/// Where an exchange answers: its connection. An answer is whole (`respond`), or a stream of parts
/// from `begin_stream` to `end_stream`; each exchange gives one. Shard.
class responder {
 public:
  /// Of the request that is being answered; until the answer begins.
  virtual const request_head& request() const noexcept = 0;
  virtual net::channel& channel() noexcept = 0;

  virtual void respond(const response& answer) = 0;
  /// The same with a JSON-RPC error that fits the status (protocol, section 2).
  virtual void refuse(unsigned status, std::string_view text) = 0;

  virtual void begin_stream(const response& head) = 0;
  /// A part that is not empty; it leaves with the turn.
  virtual void write_part(std::string_view part) = 0;
  virtual void end_stream() = 0;

  /// Within `exchange::begin`: the connection goes on on another shard, with this request.
  virtual void move_to(std::size_t shard) = 0;

 protected:
  ~responder() = default;
};

/// One request on its way to its answer. Owned by its connection, which it does not outlive: it
/// ends some time after its answer, or with the connection, answered or not. Shard.
class exchange {
 public:
  virtual ~exchange() = default;

  /// The request has come whole. `base::buffer::padding` bytes past the end of `body` can be read.
  virtual void begin(std::string& body) = 0;
  /// What waited to be sent has become little again.
  virtual void on_room() {}
  /// The peer sends nothing more; it may still read.
  virtual void on_half_close() {}
  /// The server ends: what is not over by itself should come to its end within `patience`.
  virtual void on_drain(std::chrono::milliseconds) {}
  /// The time is over: answers now.
  virtual void on_drain_deadline() = 0;
};

}  // namespace sidewire::http
