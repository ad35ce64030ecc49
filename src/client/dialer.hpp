#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "client/endpoint.hpp"
#include "client/tls_verifier.hpp"

namespace sidewire::client {

/// The streams that a client's connections stand on, without type-erased executors.
using io_executor = boost::asio::io_context::executor_type;
using plain_socket =
    boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, io_executor>;
using tls_socket = boost::asio::ssl::stream<plain_socket>;
using io_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, io_executor>;

inline auto into(boost::system::error_code& problem) {
  return boost::asio::redirect_error(boost::asio::use_awaitable_t<io_executor>{}, problem);
}

/// "cannot connect to 127.0.0.1:4000: Connection refused", as `unavailable`.
inline error unavailable(std::string_view what, const endpoint& where,
                         const boost::system::error_code& problem) {
  std::string message{what};
  message.append(" ").append(display_name(where)).append(": ").append(problem.message());
  return error{error_kind::unavailable, std::move(message)};
}

/// Connects a stream to an endpoint over TCP, TLS or a Unix socket: again and again, one at a time.
/// Must outlive its streams. Only the client's thread may call it.
template <class Stream>
class dialer {
 public:
  using refusal = boost::asio::awaitable<std::optional<error>, io_executor>;
  static constexpr bool is_tls = std::is_same_v<Stream, tls_socket>;

  dialer(io_executor executor, endpoint where, const client_options& options)
      : executor_{executor}, where_{std::move(where)}, options_{options}, resolver_{executor_} {}

  const endpoint& where() const noexcept { return where_; }

  /// Fills `into`, or tells why it cannot.
  refusal dial(std::optional<Stream>& into_stream) {
    is_cancelled_ = false;
    if constexpr (is_tls) {
      if (!tls_) tls_.emplace(options_.tls, where_.host);
      if (auto installed = tls_->install(); !installed) co_return installed.error();
    }
    std::optional<error> refused = co_await connect();
    if (refused || is_cancelled_) co_return refused ? *refused : given_up();
    if constexpr (is_tls) {
      tls_stream_.emplace(std::move(*socket_), tls_->context);
      socket_.reset();
      refused = co_await shake_hands();
      if (refused || is_cancelled_) co_return refused ? *refused : given_up();
      into_stream.emplace(std::move(*tls_stream_));
      tls_stream_.reset();
    } else {
      into_stream.emplace(std::move(*socket_));
      socket_.reset();
    }
    co_return std::nullopt;
  }

  /// Ends a `dial` that is under way.
  void cancel() {
    is_cancelled_ = true;
    resolver_.cancel();
    boost::system::error_code ignored;
    if (tcp_socket_) tcp_socket_->close(ignored);
    if (socket_) socket_->close(ignored);
    if (tls_stream_) tls_stream_->next_layer().close(ignored);
  }

 private:
  using tcp = boost::asio::ip::tcp;

  struct tls_parts {
    tls_parts(const client_tls_options& options, const std::string& host)
        : verifier{options, host}, context{boost::asio::ssl::context::tls_client} {}

    result<void> install() {
      if (std::exchange(is_installed, true)) return {};
      return verifier.install(context.native_handle());
    }

    tls_verifier verifier;
    boost::asio::ssl::context context;
    bool is_installed = false;
  };

  static error given_up() { return error{error_kind::unavailable, "the attempt was given up"}; }

  refusal connect() {
    boost::system::error_code problem;
    if (where_.kind == endpoint_kind::unix_socket) {
      const boost::asio::local::stream_protocol::endpoint path{where_.host};
      co_await socket_.emplace(executor_).async_connect(path, into(problem));
      if (problem) co_return unavailable("cannot connect to", where_, problem);
      co_return std::nullopt;
    }
    const std::string port = std::to_string(where_.port);
    const auto found = co_await resolver_.async_resolve(where_.host, port, into(problem));
    if (problem) co_return unavailable("cannot find", where_, problem);
    if (is_cancelled_) co_return given_up();
    auto& connecting = tcp_socket_.emplace(executor_);
    co_await boost::asio::async_connect(connecting, found, into(problem));
    if (problem) co_return unavailable("cannot connect to", where_, problem);
    connecting.set_option(tcp::no_delay{true}, problem);
    socket_.emplace(std::move(connecting));
    tcp_socket_.reset();
    co_return std::nullopt;
  }

  refusal shake_hands() {
    boost::system::error_code problem;
    boost::asio::ip::make_address(where_.host, problem);
    const bool is_name = problem.failed();  // an address is no server name (RFC 6066, 3)
    if (is_name) SSL_set_tlsext_host_name(tls_stream_->native_handle(), where_.host.c_str());
    co_await tls_stream_->async_handshake(boost::asio::ssl::stream_base::client, into(problem));
    if (!problem) co_return std::nullopt;
    const std::string refused = tls_->verifier.last_problem();
    if (refused.empty()) co_return unavailable("no TLS with", where_, problem);
    co_return error{error_kind::unavailable, "the server's certificate is not trusted: " + refused};
  }

  io_executor executor_;
  endpoint where_;
  const client_options& options_;
  boost::asio::ip::basic_resolver<tcp, io_executor> resolver_;
  std::optional<tls_parts> tls_;
  std::optional<boost::asio::basic_stream_socket<tcp, io_executor>> tcp_socket_;
  std::optional<plain_socket> socket_;
  std::optional<tls_socket> tls_stream_;
  bool is_cancelled_ = false;
};

}  // namespace sidewire::client
