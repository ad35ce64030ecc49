#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/answers.hpp"
#include "load/latencies.hpp"
#include "load/message_stream.hpp"
#include "load/options.hpp"
#include "load/requests.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {

/// One connection that keeps a fixed number of calls in flight: each answer lets one more request
/// go. Every answer is held against the requests that wait for one, so that an id that comes twice,
/// never, or on another connection is an error. With a session it acknowledges what came, as its
/// protocol asks. Not thread-safe; `checker` outlives it.
class caller {
 public:
  /// Connects and upgrades, blocking; from then on the socket does not block.
  caller(const options& wanted, std::size_t index, answer_checker& checker);

  int descriptor() const { return socket_.descriptor(); }

  /// Sends `count` more requests, as far as the socket takes them. At most as many may wait for
  /// their answers as `options::in_flight` says.
  void send(std::size_t count, std::uint64_t now);
  /// Sends what the socket refused before.
  void flush();
  bool has_unsent() const { return unsent_bytes_ != 0; }

  /// Reads once into `shared` (or behind an incomplete answer) and checks every whole answer.
  /// Returns how many came, and records their round trips where `into` is not null. `clock` is read
  /// after the bytes have come and gives the time of the answers.
  std::size_t receive(std::span<char> shared, latencies* into, std::uint64_t& clock);

  std::size_t waiting() const { return waiting_; }
  std::size_t request_bytes() const { return ring_.request_bytes; }
  /// Of the last answer, with its framing.
  std::size_t answer_bytes() const { return answer_bytes_; }

 private:
  void take_answer(std::string_view payload, latencies* into, std::uint64_t now);
  std::size_t index_of(std::string_view payload);
  void acknowledge_if_due();

  transport transport_;
  dialect dialect_;
  answer_checker& checker_;
  request_ring ring_;
  socket socket_;
  message_stream stream_;
  std::vector<std::uint64_t> sent_at_;  // by place in the ring; 0: no answer is due
  std::size_t next_ = 0;                // place of the next request to be sent
  std::size_t unsent_offset_ = 0;       // into ring_.bytes
  std::size_t unsent_bytes_ = 0;
  std::size_t next_answer_ = 0;  // place whose answer is due next, where none has an id
  std::size_t waiting_ = 0;
  std::size_t answer_bytes_ = 0;
  std::uint64_t received_ = 0;      // answers so far
  std::uint64_t acknowledged_ = 0;  // of a session
};

}  // namespace sidewire::bench
