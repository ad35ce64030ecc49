#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "codec/reader.hpp"

/// Several messages of a session in one HTTP body, `{"first", "messages", "received"}` (protocol,
/// section 5). JSON; a MessagePack message stands in it as base64.
namespace sidewire::session {

/// What a client sends. Refers to the text it was read from.
struct envelope {
  struct message {
    format written_as = format::json;
    std::string_view text;  ///< followed by base::buffer::padding readable bytes
  };

  std::uint64_t first = 0;                ///< the number of the first of `messages`
  std::vector<message> messages;          ///< those that are counted
  std::optional<std::uint64_t> received;  ///< the client has everything up to here
  bool has_ping = false;
  bool has_end = false;
  std::deque<std::string> unpacked;  ///< what some messages refer to
};

/// Reads envelopes, whose messages have at most `max_depth` arrays and objects open at once. One a
/// shard, whose memory it reuses. Shard.
class envelope_reader {
 public:
  explicit envelope_reader(std::size_t max_depth);

  /// `text` is followed by base::buffer::padding readable bytes. On failure, in which nothing of it
  /// counts, `invalid_request` or `parse_error`.
  result<envelope> read(std::string_view text);

 private:
  result<void> add(envelope& into, const codec::value& element);
  result<void> take_control(envelope& into, const codec::value& control);

  codec::reader reader_;
  codec::reader packed_reader_;  // of one message, while its envelope is read
};

/// What a client gets: appends messages one after the other.
class envelope_writer {
 public:
  /// A counted message; each number is the next.
  void add(std::uint64_t number, format as, std::string_view message);
  /// A `session.*` message, as JSON.
  void add_control(std::string_view message);
  bool empty() const noexcept { return messages_.empty(); }
  std::size_t size_bytes() const noexcept { return messages_.size(); }
  /// Takes it all back.
  void clear() noexcept;
  /// Appends the envelope to `out` and is empty again. `received`: what is known of the client's.
  void finish(base::buffer& out, std::uint64_t received);

 private:
  void begin_element();

  base::buffer messages_;
  std::uint64_t first_ = 0;  // 0: none is counted
};

}  // namespace sidewire::session
