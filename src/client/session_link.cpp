#include "client/session_link.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "base/version.hpp"
#include "client/backoff.hpp"
#include "client/cancel_request.hpp"
#include "client/session.hpp"
#include "client/websocket_connection.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::client {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;
using timer = boost::asio::steady_timer;

constexpr std::string_view json_subprotocol = "sidewire.1.json";
constexpr std::string_view msgpack_subprotocol = "sidewire.1.msgpack";

/// 4500 to 4999: do not connect again.
bool forbids_return(std::uint16_t close_code) {
  return close_code >= 4500 && close_code <= 4999;
}

std::function<double()> random_source() {
  return [engine = std::minstd_rand{std::random_device{}()}]() mutable {
    return std::generate_canonical<double, 24>(engine);
  };
}

session_request request_of(const client_options& options) {
  session_request asked{.token = options.token, .written_as = options.written_as};
  asked.client = {.name = options.name, .version = std::string{base::version}};
  asked.takes_requests = !options.handlers.empty();
  return asked;
}

class session_link final : public link, private websocket_user, private session_user {
 public:
  session_link(boost::asio::io_context& context, const endpoint& where,
               const client_options& options, link_user& user)
      : context_{context},
        where_{where},
        options_{options},
        user_{user},
        session_{request_of(options), *this},
        backoff_{options.limits.min_reconnect_delay, options.limits.max_reconnect_delay,
                 random_source()},
        session_timer_{context},
        attempt_timer_{context} {}
  ~session_link() override {
    if (connection_) connection_->abandon();
  }

  void open() override { connect(); }

  void send(shared_message message) override {
    if (state_ == state::ended) return;
    session_.send(std::move(message));
    write();
  }

  cancelling cancel(exchange_id first, std::size_t count) override {
    if (session_.withdraw(first)) return cancelling::done;
    for (exchange_id call = first; call != first + count; ++call) {
      send(cancel_request(call, options_.written_as));
    }
    return cancelling::asked;
  }

  bool admit(codec::reader& message, std::size_t size_bytes) override {
    const auto verdict = session_.take(message, size_bytes, clock::now());
    if (verdict == client_session::verdict::end) {
      broken_ = error{error_kind::unavailable, "the server breaks the protocol of sessions"};
    }
    return verdict == client_session::verdict::hand_on;
  }

  void close() override {
    if (state_ == state::ended || state_ == state::closing) return;
    state_ = state::closing;
    if (!connection_) return end({error_kind::unavailable, "the client was closed"});
    if (session_.is_running()) session_.end();
    write();
    connection_->close();
  }

 private:
  enum class state {
    opening,  ///< for the first time
    open,
    away,  ///< without a session's connection, and getting one
    closing,
    ended,
  };

  // Connections, one at a time.

  void connect() {
    attempt_timer_.expires_after(options_.limits.connect_timeout);
    attempt_timer_.async_wait([this](boost::system::error_code aborted) {
      if (aborted || !connection_ || session_.is_running()) return;
      lose_connection({error_kind::unavailable, "the server opens no session in time"});
    });
    websocket_settings settings;
    settings.subprotocols = subprotocol();
    if (state_ == state::opening) settings.subprotocols += ", jsonrpc";  // to learn what it has
    connection_ =
        create_websocket_connection(context_, where_, options_, std::move(settings), *this);
    is_connected_ = is_writing_ = false;
    connection_->open();
  }

  std::string_view subprotocol() const {
    return options_.written_as == format::json ? json_subprotocol : msgpack_subprotocol;
  }

  void on_connected(std::string_view chosen) override {
    if (chosen != subprotocol()) {
      connection_->abandon();
      connection_.reset();
      if (state_ != state::opening) {
        return retry({error_kind::unavailable, "the server has no sessions any more"}, {});
      }
      attempt_timer_.cancel();
      state_ = state::ended;
      return user_.on_no_sessions();
    }
    is_connected_ = true;
    session_.connected(clock::now());
    write();
  }

  void on_received(std::string_view text, format written_as) override {
    user_.on_message(text, written_as, no_exchange);
    if (broken_) return lose_connection(*std::exchange(broken_, {}));
    if (session_.has_progressed()) {
      backoff_.reset();
      replaced_count_ = 0;
    }
    write();
    keep_time();
  }

  void on_written() override {
    is_writing_ = false;
    if (written_exchange_ != no_exchange) {
      user_.on_sent(std::exchange(written_exchange_, no_exchange));
    }
    write();
  }

  void write() {
    if (is_writing_ || !is_connected_) return;
    const shared_message next = session_.next();
    if (!next) return;
    is_writing_ = true;
    connection_->write(next);
  }

  void lose_connection(const error& reason) {
    connection_->abandon();
    on_ended({reason});
  }

  void on_ended(const websocket_ending& why) override {
    connection_.reset();
    is_connected_ = is_writing_ = false;
    session_.disconnected(clock::now());
    if (must_end(why)) return end(why.reason);
    // It is kept, and so on its way all the same.
    if (written_exchange_ != no_exchange) {
      user_.on_sent(std::exchange(written_exchange_, no_exchange));
    }
    retry(why.reason, wait_before_next(why.close_code));
    keep_time();
  }

  // What the end of a connection means.

  bool must_end(const websocket_ending& why) const {
    const bool is_refused =
        why.close_code == 0 && (why.reason.kind() == error_kind::not_authenticated ||
                                why.reason.kind() == error_kind::forbidden);
    return state_ == state::opening || state_ == state::closing || is_refused ||
           forbids_return(why.close_code);
  }

  /// Nothing: as the back-off says.
  std::optional<milliseconds> wait_before_next(std::uint16_t close_code) {
    if (const auto told = std::exchange(retry_after_, {})) return *told + backoff_.part_of(*told);
    if (close_code == protocol::close_code::replaced && replaced_count_++ == 0) {
      return milliseconds{0};
    }
    return {};
  }

  void retry(const error& reason, std::optional<milliseconds> wait) {
    if (state_ == state::open) {
      state_ = state::away;
      away_since_ = clock::now();
      user_.on_break(reason);
      if (state_ != state::away) return;  // closed by its user
    }
    const milliseconds delay = wait.value_or(backoff_.next());
    const auto away = std::chrono::duration_cast<milliseconds>(clock::now() - away_since_);
    if (away > options_.limits.reconnect_timeout - delay) return end(reason);
    attempt_timer_.expires_after(delay);
    attempt_timer_.async_wait([this](boost::system::error_code aborted) {
      if (!aborted && !connection_ && state_ == state::away) connect();
    });
  }

  void end(const error& reason) {
    state_ = state::ended;
    session_timer_.cancel();
    attempt_timer_.cancel();
    user_.on_closed(reason);
  }

  // What the session says and when it wants to be asked.

  void on_running() override {
    attempt_timer_.cancel();
    if (state_ == state::closing) return;
    state_ = state::open;
    user_.on_open();
  }
  void on_lost(const error& reason) override { user_.on_session_lost(reason); }
  void on_draining(milliseconds retry_after) override { retry_after_ = retry_after; }
  void on_first_written(exchange_id exchange) override {
    user_.on_sending(exchange);
    written_exchange_ = exchange;
  }
  void on_refused(exchange_id exchange, const error& reason) override {
    user_.on_failed(exchange, reason);
  }

  void keep_time() {
    const auto next = session_.next_time();
    if (next == kept_time_) return;
    kept_time_ = next;
    session_timer_.cancel();
    if (next == clock::time_point::max()) return;
    session_timer_.expires_at(next);
    session_timer_.async_wait([this](boost::system::error_code aborted) {
      if (!aborted) on_time();
    });
  }

  void on_time() {
    kept_time_ = clock::time_point::max();
    if (!session_.on_time(clock::now())) {
      return lose_connection({error_kind::unavailable, "the server gives no sign of life"});
    }
    write();
    keep_time();
  }

  boost::asio::io_context& context_;
  endpoint where_;
  const client_options& options_;
  link_user& user_;
  client_session session_;
  backoff backoff_;
  timer session_timer_;  // what the session waits for, at kept_time_
  clock::time_point kept_time_ = clock::time_point::max();
  timer attempt_timer_;  // the next attempt to connect, and the end of one that takes too long
  std::shared_ptr<websocket_connection> connection_;  // null between two
  bool is_connected_ = false;
  bool is_writing_ = false;
  exchange_id written_exchange_ = no_exchange;  // its message is being written for the first time
  std::optional<error> broken_;
  std::optional<milliseconds> retry_after_;  // from session.draining
  int replaced_count_ = 0;
  clock::time_point away_since_;
  state state_ = state::opening;
};

}  // namespace

std::unique_ptr<link> create_session_link(boost::asio::io_context& context, const endpoint& where,
                                          const client_options& options, link_user& user) {
  return std::make_unique<session_link>(context, where, options, user);
}

}  // namespace sidewire::client
