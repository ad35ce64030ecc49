#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <sidewire/error.hpp>
#include <string_view>

#include "client/http_channel.hpp"

namespace sidewire::client {

/// What a parser finds, from within `take` and `end`.
class http_answer_user {
 public:
  virtual void on_head(const http_head& head) = 0;
  virtual void on_body(std::string_view bytes) = 0;

 protected:
  ~http_answer_user() = default;
};

/// Takes one HTTP/1 answer (RFC 9112) apart as it comes, its body in parts of any size. No I/O; the
/// client's thread.
class http_answer_parser final : private boost::beast::http::basic_parser<false> {
 public:
  explicit http_answer_parser(http_answer_user& user);

  /// How many of the bytes are done with; the rest comes again in front of what follows. On
  /// failure: `unavailable`.
  result<std::size_t> take(std::string_view bytes);
  /// The connection has ended. Whether the answer is whole.
  bool end();
  bool is_done() const { return basic_parser::is_done(); }
  /// Whether another request may follow on the connection.
  bool keeps_connection() const { return is_done() && keep_alive(); }

 private:
  using error_code = boost::beast::error_code;
  using view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, view, view, int, error_code&) override {}
  void on_response_impl(int status, view reason, int version, error_code& problem) override;
  void on_field_impl(boost::beast::http::field name, view text, view value,
                     error_code& problem) override;
  void on_header_impl(error_code& problem) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(view body, error_code& problem) override;
  void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t left, view body, error_code& problem) override;
  void on_finish_impl(error_code&) override {}

  http_answer_user& user_;
  http_head head_;
};

}  // namespace sidewire::client
