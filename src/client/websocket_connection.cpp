#include "client/websocket_connection.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/version.hpp"
#include "client/http_answer.hpp"
#include "client/tls_verifier.hpp"

namespace sidewire::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = beast::websocket;
using boost::system::error_code;
using executor = asio::io_context::executor_type;
using plain_socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;
using tls_socket = asio::ssl::stream<plain_socket>;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;

/// What only a TLS connection needs.
struct tls_parts {
  tls_parts(const client_tls_options& options, const std::string& host)
      : verifier{options, host}, context{asio::ssl::context::tls_client} {}

  tls_verifier verifier;
  asio::ssl::context context;
};

/// Frames are masked in pieces of this size.
constexpr std::size_t write_buffer_bytes = 64 * 1024;
/// A message buffer that grew past this is given back.
constexpr std::size_t max_kept_buffer_bytes = 1024 * 1024;

template <class Stream>
class websocket final : public websocket_connection,
                        public std::enable_shared_from_this<websocket<Stream>> {
 public:
  websocket(asio::io_context& context, endpoint where, const client_options& options,
            websocket_settings settings, websocket_user& user)
      : executor_{context.get_executor()},
        where_{std::move(where)},
        options_{options},
        settings_{std::move(settings)},
        user_{&user},
        resolver_{executor_},
        connect_timer_{executor_},
        close_timer_{executor_} {}

  void open() override {
    connect_timer_.expires_after(options_.limits.connect_timeout);
    connect_timer_.async_wait([self = this->shared_from_this()](error_code aborted) {
      if (!aborted) self->give_up("no connection within the time allowed");
    });
    asio::co_spawn(executor_, live(), [self = this->shared_from_this()](std::exception_ptr failed) {
      if (failed) std::rethrow_exception(failed);
    });
  }

  void write(shared_message message) override {
    writing_ = std::move(message);
    stream_->text(writing_->written_as == format::json);
    stream_->async_write(asio::buffer(writing_->text.data(), writing_->text.size()),
                         [self = this->shared_from_this()](error_code problem, std::size_t) {
                           self->on_written(problem);
                         });
  }

  void close() override {
    if (state_ == state::closing || state_ == state::ended) return;
    if (state_ == state::connecting) return give_up("the client was closed");
    state_ = state::closing;
    close_timer_.expires_after(options_.limits.close_timeout);
    close_timer_.async_wait([self = this->shared_from_this()](error_code aborted) {
      if (!aborted) self->give_up("the client was closed");
    });
    if (!writing_) write_close();
  }

  void abandon() override {
    user_ = nullptr;
    if (state_ != state::ended) give_up("nobody wants the connection any more");
  }

 private:
  enum class state { connecting, open, closing, ended };
  static constexpr bool is_tls = std::is_same_v<Stream, tls_socket>;
  using coroutine = asio::awaitable<error, executor>;
  using refusal = asio::awaitable<std::optional<error>, executor>;

  auto into(error_code& problem) {
    return asio::redirect_error(asio::use_awaitable_t<executor>{}, problem);
  }
  plain_socket& socket() { return beast::get_lowest_layer(*stream_); }

  error unavailable(std::string_view what, const error_code& problem) const {
    std::string message{what};
    message.append(" ").append(display_name(where_)).append(": ").append(problem.message());
    return error{error_kind::unavailable, std::move(message)};
  }

  asio::awaitable<void, executor> live() {
    const error reason = co_await run();
    end(given_up_ ? *given_up_ : reason);
  }

  /// Connects, and reads until the connection ends. Answers why it ended.
  coroutine run() {
    if constexpr (is_tls) {
      tls_.emplace(options_.tls, where_.host);
      const auto installed = tls_->verifier.install(tls_->context.native_handle());
      if (!installed) co_return installed.error();
    }
    std::optional<error> refused = co_await connect();
    if (given_up_) co_return *given_up_;
    if constexpr (is_tls) {
      if (!refused) refused = co_await shake_tls();
    }
    if (!refused) refused = co_await shake_websocket();
    if (given_up_) co_return *given_up_;
    if (refused) co_return *refused;
    connect_timer_.cancel();
    state_ = state::open;
    if (user_ != nullptr) user_->on_connected(subprotocol_);
    co_return co_await read();
  }

  refusal connect() {
    error_code problem;
    if (where_.kind == endpoint_kind::unix_socket) {
      plain_socket connected{executor_};
      const asio::local::stream_protocol::endpoint path{where_.host};
      make_stream(std::move(connected));
      co_await socket().async_connect(path, into(problem));
      if (problem) co_return unavailable("cannot connect to", problem);
      co_return std::nullopt;
    }
    using tcp = asio::ip::tcp;
    const std::string port = std::to_string(where_.port);
    const auto found = co_await resolver_.async_resolve(where_.host, port, into(problem));
    if (problem) co_return unavailable("cannot find", problem);
    if (given_up_) co_return *given_up_;
    tcp_socket& connecting = tcp_socket_.emplace(executor_);
    co_await asio::async_connect(connecting, found, into(problem));
    if (problem) co_return unavailable("cannot connect to", problem);
    connecting.set_option(tcp::no_delay{true}, problem);
    make_stream(plain_socket{std::move(connecting)});
    tcp_socket_.reset();
    co_return std::nullopt;
  }

  void make_stream(plain_socket connected) {
    if constexpr (is_tls) {
      stream_.emplace(tls_socket{std::move(connected), tls_->context});
    } else {
      stream_.emplace(std::move(connected));
    }
  }

  refusal shake_tls() {
    tls_socket& tls = stream_->next_layer();
    error_code problem;
    asio::ip::make_address(where_.host, problem);
    const bool is_name = problem.failed();  // an address is no server name (RFC 6066, 3)
    if (is_name) SSL_set_tlsext_host_name(tls.native_handle(), where_.host.c_str());
    co_await tls.async_handshake(asio::ssl::stream_base::client, into(problem));
    if (!problem) co_return std::nullopt;
    const std::string refused = tls_->verifier.last_problem();
    if (refused.empty()) co_return unavailable("no TLS with", problem);
    co_return error{error_kind::unavailable, "the server's certificate is not trusted: " + refused};
  }

  void prepare_stream() {
    ws::stream_base::timeout timeout{};
    timeout.handshake_timeout = options_.limits.connect_timeout;
    timeout.keep_alive_pings = settings_.silence_timeout > settings_.silence_timeout.zero();
    timeout.idle_timeout =
        timeout.keep_alive_pings ? settings_.silence_timeout : ws::stream_base::none();
    stream_->set_option(timeout);
    stream_->set_option(ws::stream_base::decorator{[this](ws::request_type& asked) {
      asked.set(beast::http::field::user_agent, "sidewire/" + std::string{base::version});
      asked.set(beast::http::field::sec_websocket_protocol, settings_.subprotocols);
      if (!settings_.authorization.empty()) {
        asked.set(beast::http::field::authorization, settings_.authorization);
      }
    }});
    stream_->read_message_max(options_.limits.max_message_bytes);
    stream_->auto_fragment(false);
    stream_->write_buffer_bytes(write_buffer_bytes);
  }

  refusal shake_websocket() {
    prepare_stream();
    error_code problem;
    ws::response_type answer;
    const std::string host = host_header(where_);
    co_await stream_->async_handshake(answer, host, where_.target, into(problem));
    if (problem == ws::error::upgrade_declined) {
      co_return read_http_error(answer.result_int(), answer.body());
    }
    if (problem) co_return unavailable("no WebSocket with", problem);
    subprotocol_ = std::string{answer[beast::http::field::sec_websocket_protocol]};
    co_return std::nullopt;
  }

  coroutine read() {
    beast::flat_buffer buffer;
    while (true) {
      error_code problem;
      co_await stream_->async_read(buffer, into(problem));
      if (problem) co_return why_ended(problem);
      buffer.prepare(base::buffer::padding);
      const std::string_view text{static_cast<const char*>(buffer.data().data()), buffer.size()};
      if (user_ == nullptr) co_return why_ended(asio::error::operation_aborted);
      user_->on_received(text, stream_->got_text() ? format::json : format::msgpack);
      buffer.clear();
      if (buffer.capacity() > max_kept_buffer_bytes) buffer.shrink_to_fit();
    }
  }

  error why_ended(const error_code& problem) {
    if (problem == ws::error::closed) {
      const ws::close_reason& told = stream_->reason();
      close_code_ = told.code;
      return read_close_code(told.code, {told.reason.data(), told.reason.size()});
    }
    if (problem == ws::error::message_too_big) {
      return error{error_kind::response_too_large, "a message is larger than this client takes"};
    }
    return unavailable("lost the connection to", problem);
  }

  void on_written(error_code problem) {
    writing_.reset();
    if (state_ == state::ended) return;
    if (problem) return drop();
    if (user_ != nullptr) user_->on_written();
    if (state_ == state::closing && !writing_) write_close();
  }

  void write_close() {
    stream_->async_close(ws::close_code::normal, [self = this->shared_from_this()](error_code) {});
  }

  /// Ends without further talk, wherever `run` stands; the end's reason is the first `why`.
  void give_up(std::string why) {
    if (!given_up_) given_up_ = error{error_kind::unavailable, std::move(why)};
    drop();
  }

  void drop() {
    resolver_.cancel();
    error_code ignored;
    if (tcp_socket_) tcp_socket_->close(ignored);
    if (stream_) socket().close(ignored);
  }

  void end(const error& reason) {
    state_ = state::ended;
    connect_timer_.cancel();
    close_timer_.cancel();
    drop();
    // Beast's own timer would keep the context running.
    const auto never = ws::stream_base::none();
    if (stream_) stream_->set_option(ws::stream_base::timeout{never, never, false});
    if (user_ != nullptr) user_->on_ended({reason, close_code_});
  }

  executor executor_;
  endpoint where_;
  const client_options& options_;
  websocket_settings settings_;
  websocket_user* user_;  // null once abandoned
  asio::ip::basic_resolver<asio::ip::tcp, executor> resolver_;
  timer connect_timer_;
  timer close_timer_;
  std::optional<tls_parts> tls_;
  std::optional<tcp_socket> tcp_socket_;
  std::optional<ws::stream<Stream, false>> stream_;
  shared_message writing_;
  std::string subprotocol_;
  std::uint16_t close_code_ = 0;
  std::optional<error> given_up_;
  state state_ = state::connecting;
};

}  // namespace

std::shared_ptr<websocket_connection> create_websocket_connection(boost::asio::io_context& context,
                                                                  const endpoint& where,
                                                                  const client_options& options,
                                                                  websocket_settings settings,
                                                                  websocket_user& user) {
  if (where.kind == endpoint_kind::tls) {
    return std::make_shared<websocket<tls_socket>>(context, where, options, std::move(settings),
                                                   user);
  }
  return std::make_shared<websocket<plain_socket>>(context, where, options, std::move(settings),
                                                   user);
}

}  // namespace sidewire::client
