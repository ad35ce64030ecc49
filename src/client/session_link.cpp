#include "client/session_link.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/version.hpp"
#include "client/backoff.hpp"
#include "client/cancel_request.hpp"
#include "client/http_answer.hpp"
#include "client/session.hpp"
#include "client/session_connector.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::client {

namespace {

using clock = std::chrono::steady_clock;
using timer = boost::asio::steady_timer;

/// An event stream answers a sign of life within so many head starts, or is held back somewhere.
constexpr int max_proof_patience = 8;

/// 4500 to 4999: do not connect again.
bool forbids_return(std::uint16_t close_code) {
  return close_code >= 4500 && close_code <= 4999;
}

session_request request_of(const client_options& options) {
  session_request asked{.token = options.token, .written_as = options.written_as};
  asked.client = {.name = options.name, .version = std::string{base::version}};
  asked.takes_requests = !options.handlers.empty();
  return asked;
}

class session_link final : public link,
                           private connection_user,
                           private session_connector_user,
                           private session_user {
 public:
  session_link(boost::asio::io_context& context, const endpoint& where,
               const client_options& options, link_user& user)
      : options_{options},
        user_{user},
        session_{request_of(options), *this},
        connector_{context, where, options, session_, *this},
        backoff_{options.limits.min_reconnect_delay, options.limits.max_reconnect_delay,
                 random_source()},
        session_timer_{context},
        attempt_timer_{context},
        proof_timer_{context} {}
  ~session_link() override {
    if (connection_) connection_->abandon();
  }

  void open() override {
    limit_attempts();
    connector_.open();
  }

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
      ending_ = {{error_kind::unavailable, "the server breaks the protocol of sessions"}};
    }
    return verdict == client_session::verdict::hand_on;
  }

  void close() override {
    if (state_ == state::ended || state_ == state::closing) return;
    state_ = state::closing;
    connector_.stop();
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

  // The session's connection, one at a time.

  void limit_attempts() {
    attempt_timer_.expires_after(options_.limits.connect_timeout);
    attempt_timer_.async_wait([this](boost::system::error_code aborted) {
      if (aborted || session_.is_running() || state_ == state::ended) return;
      const error silent = connector_.silence();
      connector_.stop();
      lose_connection({silent});
    });
  }

  void on_asking() override {
    if (!connection_) return;
    connection_->abandon();
    connection_.reset();
    session_.disconnected(clock::now());
    tell_sent();
    keep_time();
  }

  void on_connection(std::shared_ptr<connection> made, session_transport transport,
                     std::string_view text, format written_as) override {
    connection_ = std::move(made);
    connection_->tell(*this);
    transport_ = transport;
    session_.connected(clock::now(), transport == session_transport::websocket ? upward::messages
                                                                               : upward::envelopes);
    on_received(text, written_as);
  }

  // Told to the connector alone.
  void on_connected() override {}
  void on_no_sessions() override {}

  void on_received(std::string_view text, format written_as) override {
    proof_timer_.cancel();
    user_.on_message(text, written_as, no_exchange);
    if (ending_) return lose_connection(*std::exchange(ending_, {}));
    if (session_.has_progressed()) {
      backoff_.reset();
      replaced_count_ = 0;
    }
    write();
    keep_time();
  }

  void on_written() override {
    tell_sent();
    write();
  }

  void write() {
    if (connection_) connection_->send();
  }

  /// What has left; or is kept, and so on its way all the same.
  void tell_sent() {
    for (const exchange_id sent : std::exchange(written_exchanges_, {})) user_.on_sent(sent);
  }

  void lose_connection(const connection_ending& why) {
    if (connection_) connection_->abandon();
    on_ended(why);
  }

  void on_ended(const connection_ending& why) override {
    connection_.reset();
    proof_timer_.cancel();
    session_.disconnected(clock::now());
    on_no_connection(why);
  }

  void on_no_connection(const connection_ending& why) override {
    if (must_end(why)) return end(why.reason);
    tell_sent();
    retry(why.reason, wait_before_next(why));
    keep_time();
  }

  void on_no_sessions(client_transport instead) override {
    attempt_timer_.cancel();
    state_ = state::ended;
    user_.on_no_sessions(instead);
  }

  // What the end of a connection means.

  bool must_end(const connection_ending& why) const {
    return state_ == state::opening || state_ == state::closing || forbids_return(why.close_code);
  }

  /// Nothing: as the back-off says.
  std::optional<std::chrono::milliseconds> wait_before_next(const connection_ending& why) {
    auto told = std::exchange(retry_after_, {});
    if (!told) told = why.reason.retry_after();
    if (told) return *told + backoff_.part_of(*told);
    if (why.close_code == protocol::close_code::replaced && replaced_count_++ == 0) {
      return std::chrono::milliseconds{0};
    }
    return {};
  }

  void retry(const error& reason, std::optional<std::chrono::milliseconds> wait) {
    if (state_ == state::open) {
      state_ = state::away;
      away_since_ = clock::now();
      user_.on_break(reason);
      if (state_ != state::away) return;  // closed by its user
    }
    const std::chrono::milliseconds delay = wait.value_or(backoff_.next());
    const auto away =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - away_since_);
    if (away > options_.limits.reconnect_timeout - delay) return end(reason);
    attempt_timer_.expires_after(delay);
    attempt_timer_.async_wait([this](boost::system::error_code aborted) {
      if (aborted || connection_ || state_ != state::away) return;
      limit_attempts();
      connector_.resume();
    });
  }

  void end(const error& reason) {
    state_ = state::ended;
    connector_.stop();
    session_timer_.cancel();
    attempt_timer_.cancel();
    proof_timer_.cancel();
    user_.on_closed(reason);
  }

  // What the session says and when it wants to be asked.

  void on_running() override {
    attempt_timer_.cancel();
    if (state_ == state::closing) return;
    if (transport_ == session_transport::sse) prove();
    const bool is_told = state_ == state::open && !is_lost_;  // moved, and nobody needs to know
    state_ = state::open;
    is_lost_ = false;
    user_.on_transport(transport_, connector_.failures());
    if (!is_told) user_.on_open();
  }
  void on_lost(const error& reason) override {
    is_lost_ = true;
    user_.on_session_lost(reason);
  }

  /// A proxy that holds an event stream back may let its beginning pass.
  void prove() {
    session_.ask_for_life();
    proof_timer_.expires_after(max_proof_patience * options_.limits.head_start);
    proof_timer_.async_wait([this](boost::system::error_code aborted) {
      if (aborted || !connection_) return;
      const error silent{error_kind::unavailable,
                         "the event stream opens and then stays silent: something in between may "
                         "hold it back"};
      connector_.spoil(silent);
      lose_connection({silent});
    });
  }
  void on_server_closed(std::uint16_t code, const std::string& reason) override {
    ending_ = {read_close_code(code, reason), code};
  }
  void on_draining(std::chrono::milliseconds retry_after) override { retry_after_ = retry_after; }
  void on_first_written(exchange_id exchange) override {
    user_.on_sending(exchange);
    if (exchange != no_exchange) written_exchanges_.push_back(exchange);
  }
  void on_unwritten(exchange_id exchange) override {
    std::erase(written_exchanges_, exchange);
    user_.on_unsent(exchange);
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
      const error silent{error_kind::unavailable, "the server gives no sign of life"};
      connector_.spoil(silent);
      return lose_connection({silent});
    }
    write();
    keep_time();
  }

  const client_options& options_;
  link_user& user_;
  client_session session_;
  session_connector connector_;
  backoff backoff_;
  timer session_timer_;  // what the session waits for, at kept_time_
  clock::time_point kept_time_ = clock::time_point::max();
  timer attempt_timer_;  // the next attempt to connect, and the end of those that take too long
  timer proof_timer_;    // until an event stream has shown that it brings what is sent
  std::shared_ptr<connection> connection_;  // null between two
  session_transport transport_ = session_transport::websocket;
  std::vector<exchange_id>
      written_exchanges_;  // written for the first time, and not known to have left
  std::optional<connection_ending> ending_;  // what the message just taken means
  bool is_lost_ = false;                     // the session before, and nobody was told of the next
  std::optional<std::chrono::milliseconds> retry_after_;  // from session.draining
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
