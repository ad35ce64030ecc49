#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"

namespace sidewire::http {

namespace media_type {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view msgpack = "application/msgpack";
inline constexpr std::string_view event_stream = "text/event-stream";
}  // namespace media_type

struct header {
  std::string_view name;
  std::string_view value;
};

/// An answer, or the head of one that is streamed. Refers to what its maker keeps until it is
/// written.
struct response {
  unsigned status = 200;
  std::string_view type = media_type::json;  ///< of the body
  std::string_view body = {};
  std::string_view cache_control = "no-store";
  std::vector<header> headers = {};
};

/// What the request decides of how its answer is written.
struct answer_style {
  enum class connection : std::uint8_t { keep_alive, close };

  unsigned version = 11;
  connection after = connection::keep_alive;
  enum class body : std::uint8_t { whole, head_alone } wanted = body::whole;  ///< HEAD
  enum class errors : std::uint8_t { json_rpc, problems } told_as = errors::json_rpc;
  std::string allowed_origin = {};  ///< whose page may read the answer; empty: none
};

/// Writes an answer whole; of status 101, 204 and 304 without a body.
void write_response(base::buffer& out, const answer_style& style, const response& answer);

/// Writes the head of an answer whose length is not known: in chunks (RFC 9112, 7.1), or to
/// HTTP/1.0 up to the end of the connection.
void write_stream_head(base::buffer& out, const answer_style& style, const response& head);
/// Writes a part of its body, which is not empty.
void write_stream_part(base::buffer& out, const answer_style& style, std::string_view part);
void write_stream_end(base::buffer& out, const answer_style& style);

}  // namespace sidewire::http
