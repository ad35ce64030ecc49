#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "transports/http/request_head.hpp"

namespace sidewire::http {

/// Why a request cannot be taken: a status and a text for the peer, static.
struct problem {
  unsigned status = 0;
  std::string_view text;
};

/// One HTTP/1.1 request from the bytes of a stream, without I/O: Boost.Beast's parser behind a
/// stricter gate. Whatever two readers could understand differently is refused (RFC 9112, 11.2): a
/// line folded or not ended by CRLF, control characters, two lengths, a length beside chunks, any
/// transfer coding but chunked, and any of them before HTTP/1.1. Shard.
class request_parser {
 public:
  request_parser(std::uint32_t max_header_bytes, std::size_t max_body_bytes);
  ~request_parser();
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  enum class progress : std::uint8_t {
    need_more,
    head,  ///< line and headers are complete; told once
    done,  ///< the body as well
    failed,
  };

  /// Takes what it can from the front of `input`; `consumed` says how much. Call on until
  /// `need_more`, `done` or `failed`.
  progress feed(std::span<const char> input, std::size_t& consumed);

  /// From `head` on.
  const request_head& head() const noexcept { return head_; }
  /// When `done`.
  std::string& body() noexcept;
  /// When `failed`.
  const problem& failure() const noexcept { return failure_; }
  /// Whether a byte of the request has come.
  bool has_begun() const noexcept { return head_done_ || !raw_head_.empty(); }

 private:
  struct implementation;

  progress take_head(std::span<const char> input, std::size_t& consumed);
  progress take_body(std::span<const char> input, std::size_t& consumed);
  progress parse_head();
  progress fail(unsigned status, std::string_view text);

  std::uint32_t max_header_bytes_;
  std::size_t max_body_bytes_;
  std::unique_ptr<implementation> parser_;
  base::buffer raw_head_;
  request_head head_;
  problem failure_;
  bool head_done_ = false;
};

}  // namespace sidewire::http
