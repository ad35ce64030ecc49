#include "client/websocket.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "base/version.hpp"
#include "client/dialer.hpp"
#include "client/http_answer.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = beast::websocket;
using boost::system::error_code;

/// Frames are masked in pieces of this size.
constexpr std::size_t write_buffer_bytes = 64 * 1024;
/// A message buffer that grew past this is given back.
constexpr std::size_t max_kept_buffer_bytes = 1024 * 1024;

template <class Stream>
class websocket_on final : public websocket,
                           public std::enable_shared_from_this<websocket_on<Stream>> {
 public:
  websocket_on(asio::io_context& context, endpoint where, const client_options& options,
               websocket_settings settings, websocket_user& user)
      : executor_{context.get_executor()},
        dialer_{executor_, std::move(where), options},
        options_{options},
        settings_{std::move(settings)},
        user_{&user},
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
  using coroutine = asio::awaitable<error, io_executor>;
  using refusal = asio::awaitable<std::optional<error>, io_executor>;

  asio::awaitable<void, io_executor> live() {
    const error reason = co_await run();
    end(given_up_ ? *given_up_ : reason);
  }

  /// Connects, and reads until the connection ends. Answers why it ended.
  coroutine run() {
    std::optional<Stream> dialled;
    std::optional<error> refused = co_await dialer_.dial(dialled);
    if (given_up_) co_return *given_up_;
    if (!refused) stream_.emplace(std::move(*dialled));
    if (!refused) refused = co_await shake_websocket();
    if (given_up_) co_return *given_up_;
    if (refused) co_return *refused;
    connect_timer_.cancel();
    state_ = state::open;
    if (user_ != nullptr) user_->on_connected(subprotocol_);
    co_return co_await read();
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
    const std::string host = host_header(dialer_.where());
    co_await stream_->async_handshake(answer, host, dialer_.where().target, into(problem));
    if (problem == ws::error::upgrade_declined) {
      co_return explain_refusal(answer.result_int(), answer.body());
    }
    if (problem) co_return unavailable("no WebSocket with", dialer_.where(), problem);
    subprotocol_ = std::string{answer[beast::http::field::sec_websocket_protocol]};
    co_return std::nullopt;
  }

  /// Who may not be let in is told so; any other answer comes from a server that saw no upgrade, or
  /// from something before it. A server that saw one asks for no token yet.
  error explain_refusal(unsigned status, std::string_view body) {
    connection_ending why = read_http_refusal(status, body);
    const bool is_token_asked_for = why.close_code == protocol::close_code::not_authenticated &&
                                    settings_.authorization.empty();
    if (why.close_code != 0 && why.close_code != protocol::close_code::bad_request &&
        !is_token_asked_for) {
      close_code_ = why.close_code;
      return std::move(why.reason);
    }
    return error{error_kind::unavailable,
                 "the WebSocket handshake was answered with HTTP status " + std::to_string(status) +
                     ": something in between does not forward Upgrade, or this is no server of "
                     "WebSockets"};
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
    return unavailable("lost the connection to", dialer_.where(), problem);
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
    dialer_.cancel();
    error_code ignored;
    if (stream_) beast::get_lowest_layer(*stream_).close(ignored);
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

  io_executor executor_;
  dialer<Stream> dialer_;
  const client_options& options_;
  websocket_settings settings_;
  websocket_user* user_;  // null once abandoned
  io_timer connect_timer_;
  io_timer close_timer_;
  std::optional<ws::stream<Stream, false>> stream_;
  shared_message writing_;
  std::string subprotocol_;
  std::uint16_t close_code_ = 0;
  std::optional<error> given_up_;
  state state_ = state::connecting;
};

}  // namespace

std::shared_ptr<websocket> create_websocket(boost::asio::io_context& context, const endpoint& where,
                                            const client_options& options,
                                            websocket_settings settings, websocket_user& user) {
  if (where.kind == endpoint_kind::tls) {
    return std::make_shared<websocket_on<tls_socket>>(context, where, options, std::move(settings),
                                                      user);
  }
  return std::make_shared<websocket_on<plain_socket>>(context, where, options, std::move(settings),
                                                      user);
}

}  // namespace sidewire::client
