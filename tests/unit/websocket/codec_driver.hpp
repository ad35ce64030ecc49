#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "base/utf8.hpp"
#include "transports/websocket/codec.hpp"

/// Feeds a codec as a connection does, and writes down what it says. Free of the test framework,
/// because the fuzz target drives the codec the same way.
namespace sidewire::websocket::test {

/// What a codec said, an event a line: "text Hello", "ping", "closed 1000 bye", "violation 1002".
using events = std::vector<std::string>;

/// A payload in an event's line: itself, or size and digest of a long one.
inline std::string shown(std::string_view payload) {
  if (payload.size() <= 200) return std::string{payload};
  return std::to_string(payload.size()) + " bytes #" +
         std::to_string(std::hash<std::string_view>{}(payload));
}

inline std::string line(std::string_view name, std::string_view payload) {
  return std::string{name} + (payload.empty() ? "" : " ") + shown(payload);
}

inline std::string line(const event& what) {
  const std::string_view payload{what.payload.data(), what.payload.size()};
  switch (what.what) {
    case event::kind::need_more:
      return "need more";
    case event::kind::message:
      return line(what.type == message_kind::text ? "text" : "binary", payload);
    case event::kind::ping:
      return line("ping", payload);
    case event::kind::pong:
      return line("pong", payload);
    case event::kind::closed:
      return line("closed " + std::to_string(what.close_code), what.text);
    case event::kind::violation:
      return "violation " + std::to_string(what.close_code);
  }
  throw std::logic_error{"an event of no kind"};
}

/// What was agreed on about permessage-deflate; nothing where it was not.
using agreement = std::optional<deflate_terms>;

/// A connection that owns a codec. Throws `std::logic_error` where the codec breaks its contract.
class driver {
 public:
  explicit driver(std::size_t max_message_bytes, const agreement& agreed = {})
      : codec_{max_message_bytes}, max_message_bytes_{max_message_bytes} {
    if (agreed) codec_.compress(std::make_unique<permessage_deflate>(*agreed, tools_));
  }

  /// Bytes that arrived; appends to `seen()` all that the codec finds in them.
  void feed(std::string_view piece) {
    kept_.append(piece);
    for (;;) {
      guard();
      std::size_t consumed = 0;
      const event found = codec_.next(kept_.bytes(), consumed);
      require(consumed <= kept_.size(), "more consumed than there was");
      require_guard();
      if (found.what == event::kind::need_more) {
        kept_.consume(consumed);
        require(kept_.empty() ? codec_.bytes_wanted() == 0 : codec_.bytes_wanted() > kept_.size(),
                "wants what it has");
        return;
      }
      judge(found);
      seen_.push_back(line(found));
      kept_.consume(consumed);
    }
  }

  const events& seen() const { return seen_; }
  codec& tested() { return codec_; }

 private:
  static void require(bool holds, const char* what) {
    if (!holds) throw std::logic_error{what};
  }

  void guard() {
    end_ = kept_.prepare(0);
    std::memset(end_, guard_byte, base::buffer::padding);
  }
  void require_guard() const {
    require(std::all_of(end_, end_ + base::buffer::padding, [](char c) { return c == guard_byte; }),
            "the padding was written to");
  }

  void judge(const event& found) {
    require(!ended_, "an event after the end");
    ended_ = found.what == event::kind::closed || found.what == event::kind::violation;
    require(base::is_valid_utf8(found.text), "text that is none");
    if (found.what == event::kind::message) {
      require(found.payload.size() <= max_message_bytes_, "a message past the limit");
      require(found.type == message_kind::binary ||
                  base::is_valid_utf8({found.payload.data(), found.payload.size()}),
              "a text message that is none");
    }
  }

  static constexpr char guard_byte = '\x5A';

  base::limits limits_;
  deflate_tools tools_{limits_};
  codec codec_;
  std::size_t max_message_bytes_;
  base::buffer kept_;
  char* end_ = nullptr;
  events seen_;
  bool ended_ = false;
};

/// All events of `stream`, fed in pieces whose sizes `next_piece_bytes` gives, one after another.
template <class NextPieceBytes>
events events_in_pieces(std::string_view stream, std::size_t max_message_bytes,
                        NextPieceBytes next_piece_bytes, const agreement& agreed = {}) {
  driver connection{max_message_bytes, agreed};
  while (!stream.empty()) {
    const std::size_t bytes = std::clamp<std::size_t>(next_piece_bytes(), 1, stream.size());
    connection.feed(stream.substr(0, bytes));
    stream.remove_prefix(bytes);
  }
  return connection.seen();
}

}  // namespace sidewire::websocket::test
