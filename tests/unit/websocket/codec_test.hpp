#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "tests/unit/websocket/client_frames.hpp"
#include "tests/unit/websocket/codec_driver.hpp"

namespace sidewire::websocket::test {

inline constexpr std::size_t default_max_message_bytes = 16 * 1024 * 1024;

/// What a codec says to `stream`, and a check that it says the same when it comes byte by byte and
/// in random pieces.
inline events events_of(std::string_view stream,
                        std::size_t max_message_bytes = default_max_message_bytes,
                        const agreement& agreed = {}) {
  const events whole = events_in_pieces(
      stream, max_message_bytes, [&] { return stream.size(); }, agreed);
  if (stream.size() <= 300'000) {
    CHECK(events_in_pieces(
              stream, max_message_bytes, [] { return 1; }, agreed) == whole);
  }
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random{seed};
    std::uniform_int_distribution<std::size_t> size{1, stream.size() / (2 * seed) + 2};
    CAPTURE(seed);
    CHECK(events_in_pieces(
              stream, max_message_bytes, [&] { return size(random); }, agreed) == whole);
  }
  return whole;
}

/// How many bytes of `stream` had come, one by one, when the codec refused it; 0 if it never did.
inline std::size_t bytes_until_refused(std::string_view stream, const agreement& agreed = {}) {
  driver connection{default_max_message_bytes, agreed};
  for (std::size_t at = 0; at < stream.size(); ++at) {
    connection.feed(stream.substr(at, 1));
    if (!connection.seen().empty() && connection.seen().back().starts_with("violation")) {
      return at + 1;
    }
  }
  return 0;
}

}  // namespace sidewire::websocket::test
