#include "client/http_channel.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <exception>
#include <optional>

#include "base/version.hpp"
#include "client/dialer.hpp"
#include "client/http_answer_parser.hpp"

namespace sidewire::client {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t read_bytes = 64 * 1024;

template <class Stream>
class http_channel_on final : public http_channel,
                              public std::enable_shared_from_this<http_channel_on<Stream>>,
                              private http_answer_user {
 public:
  http_channel_on(asio::io_context& context, endpoint where, const client_options& options,
                  http_channel_user& user)
      : executor_{context.get_executor()},
        dialer_{executor_, std::move(where), options},
        options_{options},
        user_{&user},
        connect_timer_{executor_} {}

  void start(http_request request) override {
    text_ = written(request);
    asio::co_spawn(executor_, exchange(),
                   [self = this->shared_from_this()](std::exception_ptr failed) {
                     if (failed) std::rethrow_exception(failed);
                   });
  }

  void abandon() override {
    user_ = nullptr;
    dialer_.cancel();
    connect_timer_.cancel();
    drop();
  }

 private:
  using outcome = asio::awaitable<std::optional<error>, io_executor>;

  std::string written(const http_request& request) const {
    std::string text = request.method + ' ' + request.target +
                       " HTTP/1.1\r\nHost: " + host_header(dialer_.where()) +
                       "\r\nUser-Agent: sidewire/";
    text += base::version;
    text += "\r\n";
    if (!options_.token.empty()) text += "Authorization: Bearer " + options_.token + "\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    if (request.method == "POST") {
      text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    return text + "\r\n" + request.body;
  }

  asio::awaitable<void, io_executor> exchange() {
    // Never from within `start`.
    co_await asio::post(executor_, asio::use_awaitable_t<io_executor>{});
    const bool is_kept = stream_.has_value();
    std::optional<error> failed = co_await attempt();
    if (failed && is_kept && !has_answer_ && user_ != nullptr) {
      drop();
      failed = co_await attempt();
    }
    if (failed || !parser_->keeps_connection()) drop();
    if (user_ == nullptr) co_return;
    if (failed) {
      user_->on_failed(*failed);
    } else {
      user_->on_complete();
    }
  }

  outcome attempt() {
    has_answer_ = false;
    if (!stream_) {
      if (std::optional<error> refused = co_await dial()) co_return refused;
    }
    error_code problem;
    co_await asio::async_write(*stream_, asio::buffer(text_), into(problem));
    if (problem) co_return lost(problem);
    http_answer_user& self = *this;
    parser_.emplace(self);
    while (user_ != nullptr) {
      const std::size_t size = co_await stream_->async_read_some(
          asio::mutable_buffer{buffer_.prepare(read_bytes)}, into(problem));
      buffer_.commit(size);
      has_answer_ = has_answer_ || size != 0;
      if (problem == asio::error::eof && parser_->end()) co_return std::nullopt;
      if (problem) co_return lost(problem);
      const auto taken =
          parser_->take({static_cast<const char*>(buffer_.cdata().data()), buffer_.cdata().size()});
      if (!taken) co_return taken.error();
      buffer_.consume(*taken);
      if (parser_->is_done()) co_return std::nullopt;
    }
    co_return abandoned();
  }

  outcome dial() {
    connect_timer_.expires_after(options_.limits.connect_timeout);
    connect_timer_.async_wait([self = this->shared_from_this()](error_code aborted) {
      if (!aborted) self->dialer_.cancel();
    });
    buffer_.clear();
    std::optional<error> refused = co_await dialer_.dial(stream_);
    connect_timer_.cancel();
    if (!refused && user_ == nullptr) {
      drop();
      refused = abandoned();
    }
    co_return refused;
  }

  static error abandoned() { return error{error_kind::unavailable, "the request was given up"}; }
  error lost(const error_code& problem) const {
    return unavailable("lost the connection to", dialer_.where(), problem);
  }

  void on_head(const http_head& head) override {
    if (user_ != nullptr) user_->on_head(head);
  }
  void on_body(std::string_view bytes) override {
    if (user_ != nullptr) user_->on_body(bytes);
  }

  /// Not while a coroutine still uses the stream: it is only closed then.
  void drop() {
    if (!stream_) return;
    error_code ignored;
    stream_->lowest_layer().close(ignored);
    if (user_ != nullptr) stream_.reset();
  }

  io_executor executor_;
  dialer<Stream> dialer_;
  const client_options& options_;
  http_channel_user* user_;  // null once abandoned
  io_timer connect_timer_;
  std::optional<Stream> stream_;
  boost::beast::flat_buffer buffer_;
  std::string text_;  // of the request
  std::optional<http_answer_parser> parser_;
  bool has_answer_ = false;
};

}  // namespace

std::shared_ptr<http_channel> create_http_channel(boost::asio::io_context& context,
                                                  const endpoint& where,
                                                  const client_options& options,
                                                  http_channel_user& user) {
  if (where.kind == endpoint_kind::tls) {
    return std::make_shared<http_channel_on<tls_socket>>(context, where, options, user);
  }
  return std::make_shared<http_channel_on<plain_socket>>(context, where, options, user);
}

}  // namespace sidewire::client
