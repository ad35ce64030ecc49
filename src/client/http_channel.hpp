#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/endpoint.hpp"

namespace sidewire::client {

/// One HTTP request (RFC 9110); `Host`, `User-Agent`, `Content-Length` and the token are added.
struct http_request {
  std::string method = "GET";
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

/// What an answer begins with.
struct http_head {
  unsigned status = 0;
  std::string content_type;
};

/// What a channel tells of its request. Always on the client's thread, and never from within
/// `start`.
class http_channel_user {
 public:
  virtual void on_head(const http_head& head) = 0;
  /// A part of the body, as it comes.
  virtual void on_body(std::string_view bytes) = 0;
  /// The answer is whole, and the channel takes the next request.
  virtual void on_complete() = 0;
  /// Instead, at any point: no more of it comes.
  virtual void on_failed(const error& reason) = 0;

 protected:
  ~http_channel_user() = default;
};

/// Requests one after the other over one connection, made when it is needed and kept as long as the
/// server keeps it. A request on a kept connection that ends before any answer is sent again on a
/// new one, so only requests that may come twice go here. Only the client's thread may call it.
class http_channel {
 public:
  virtual ~http_channel() = default;

  /// Only while no other request is answered. Connecting takes at most `connect_timeout`, the rest
  /// as long as it takes.
  virtual void start(http_request request) = 0;
  /// Ends the request and the connection, and tells nothing any more.
  virtual void abandon() = 0;
};

/// `options` and `user` outlive the channel, the user unless it is abandoned.
std::shared_ptr<http_channel> create_http_channel(boost::asio::io_context& context,
                                                  const endpoint& where,
                                                  const client_options& options,
                                                  http_channel_user& user);

}  // namespace sidewire::client
