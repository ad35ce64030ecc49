#include "client/session_connector.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "client/backoff.hpp"
#include "client/event_stream_connection.hpp"
#include "client/poll_connection.hpp"
#include "client/websocket_connection.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::client {

namespace {

using clock = std::chrono::steady_clock;

/// What was proved answers within so many head starts, or not at all.
constexpr int max_upgrade_patience = 8;

std::vector<session_transport> allowed_by(client_transport wanted) {
  switch (wanted) {
    case client_transport::websocket:
      return {session_transport::websocket};
    case client_transport::sse:
      return {session_transport::sse};
    case client_transport::poll:
      return {session_transport::poll};
    default:
      return {session_transports.begin(), session_transports.end()};
  }
}

choice_times times_of(const client_limits& limits) {
  return {.head_start = limits.head_start,
          .max_patience = limits.connect_timeout,
          .upgrade_interval = limits.upgrade_interval};
}

/// What the server itself says of the session, and no transport can change.
bool is_judgement(const connection_ending& why) {
  return why.close_code >= 4500 || why.close_code == protocol::close_code::replaced;
}

}  // namespace

/// One try, from the first packet to the session's first message.
class session_connector::attempt final : public connection_user,
                                         public std::enable_shared_from_this<attempt> {
 public:
  attempt(session_connector& owner, session_transport transport)
      : owner_{owner}, transport_{transport} {}
  ~attempt() {
    if (connection_) connection_->abandon();
  }

  session_transport transport() const noexcept { return transport_; }
  bool has_asked() const noexcept { return has_asked_; }
  connection& made() noexcept { return *connection_; }
  std::shared_ptr<connection> release() { return std::move(connection_); }

  void start(std::shared_ptr<connection> made) {
    connection_ = std::move(made);
    connection_->open();
  }
  void dismiss() {
    const auto dismissed = release();
    owner_.dismissed_.push_back(dismissed);
    dismissed->dismiss(owner_.session_.ending());
  }

 private:
  void on_connected() override {
    const auto kept = shared_from_this();
    const bool is_to_be_proved =
        owner_.purpose_ == purpose::upgrade && transport_ == session_transport::websocket;
    if (is_to_be_proved) return connection_->probe(owner_.session_.ping());
    has_asked_ = true;
    owner_.ask(*this);
  }
  void on_no_sessions() override {
    const auto kept = shared_from_this();
    if (owner_.purpose_ == purpose::opening) {
      return owner_.finish_without_sessions(client_transport::plain);
    }
    owner_.fail(*this, {{error_kind::unavailable, "the server has no sessions any more"}});
  }
  void on_received(std::string_view text, format written_as) override {
    const auto kept = shared_from_this();
    if (std::exchange(has_asked_, true)) return owner_.win(*this, text, written_as);
    owner_.ask(*this);
  }
  void on_written() override {}
  void on_ended(const connection_ending& why) override {
    const auto kept = shared_from_this();
    owner_.fail(*this, why);
  }

  session_connector& owner_;
  session_transport transport_;
  std::shared_ptr<connection> connection_;
  bool has_asked_ = false;
};

session_connector::session_connector(boost::asio::io_context& context, const endpoint& where,
                                     const client_options& options, client_session& session,
                                     session_connector_user& user)
    : context_{context},
      where_{where},
      options_{options},
      session_{session},
      user_{user},
      address_{(where.kind == endpoint_kind::tls ? "tls " : "") + display_name(where) +
               where.target},
      allowed_{allowed_by(options.transport)},
      choice_{allowed_, times_of(options.limits), random_source(),
              allowed_.size() > 1 ? transport_memory::shared().recall(address_, clock::now())
                                  : transport_failures{}},
      timer_{context},
      upgrade_timer_{context} {}

session_connector::~session_connector() = default;

void session_connector::open() {
  purpose_ = purpose::opening;
  is_trying_ = true;
  choice_.begin_opening(clock::now());
  if (allowed_.size() > 1) {
    negotiation_ = std::make_shared<negotiation>(
        context_, where_, options_,
        [this](const std::optional<negotiated>& answer) { take_offer(answer); });
    negotiation_->start(write_negotiation(options_, allowed_));
  }
  proceed();
}

void session_connector::resume() {
  attempts_.clear();
  upgrade_timer_.cancel();
  purpose_ = purpose::resuming;
  is_trying_ = true;
  choice_.begin_resuming(clock::now());
  proceed();
}

void session_connector::stop() {
  is_trying_ = false;
  attempts_.clear();
  negotiation_.reset();
  for (const auto& one : std::exchange(dismissed_, {})) {
    if (const auto lasting = one.lock()) lasting->abandon();
  }
  timer_.cancel();
  upgrade_timer_.cancel();
}

error session_connector::silence() const {
  const bool has_opened =
      std::ranges::any_of(attempts_, [](const auto& one) { return one->has_asked(); });
  return {error_kind::unavailable, has_opened ? "the server opens and then stays silent"
                                              : "no connection within the time allowed"};
}

void session_connector::spoil(const error& reason) {
  choice_.spoil(reason);
}

// Rounds of attempts.

void session_connector::proceed() {
  const auto now = clock::now();
  if (!is_trying_) {
    if (const auto better = choice_.due_upgrade(now)) start_upgrade(*better);
    return wait();
  }
  if (choice_.is_late(now)) {
    for (const auto& late : std::exchange(attempts_, {})) {
      choice_.failed(late->transport(),
                     {error_kind::unavailable, "the session is not resumed in time"}, now);
    }
  }
  while (const auto next = choice_.next(now)) start(*next);
  if (choice_.is_exhausted() && !negotiation_) {
    is_trying_ = false;
    if (purpose_ == purpose::opening && has_post_) {
      return finish_without_sessions(client_transport::post);
    }
    return user_.on_no_connection(nothing_worked());
  }
  wait();
}

void session_connector::wait() {
  timer_.cancel();
  const auto next = choice_.next_time();
  if (next == clock::time_point::max()) return;
  timer_.expires_at(next);
  timer_.async_wait([this](boost::system::error_code aborted) {
    if (!aborted) proceed();
  });
}

void session_connector::start(session_transport transport) {
  const auto made = std::make_shared<attempt>(*this, transport);
  attempts_.push_back(made);
  switch (transport) {
    case session_transport::websocket:
      return made->start(create_websocket_connection(
          context_, where_, options_,
          purpose_ == purpose::opening ? sessions_wanted::if_any : sessions_wanted::always,
          session_, *made));
    case session_transport::sse:
      return made->start(
          create_event_stream_connection(context_, where_, options_, session_, *made));
    case session_transport::poll:
      return made->start(create_poll_connection(context_, where_, options_, session_, *made));
  }
}

void session_connector::start_upgrade(session_transport transport) {
  purpose_ = purpose::upgrade;
  has_asked_ = false;
  choice_.begin_upgrade(transport, clock::now());
  start(transport);
  limit_upgrade(options_.limits.connect_timeout, "it opens and then stays silent");
}

void session_connector::limit_upgrade(std::chrono::milliseconds patience, const char* late) {
  upgrade_timer_.expires_after(patience);
  upgrade_timer_.async_wait([this, late](boost::system::error_code aborted) {
    if (aborted || purpose_ != purpose::upgrade || attempts_.empty()) return;
    const auto failed = attempts_.front();
    fail(*failed, {{error_kind::unavailable, late}});
  });
}

void session_connector::ask(attempt& from) {
  if (purpose_ == purpose::upgrade) {
    has_asked_ = true;
    limit_upgrade(std::min(max_upgrade_patience * options_.limits.head_start,
                           options_.limits.connect_timeout),
                  "the session is not resumed in time");
  }
  user_.on_asking();
  from.made().ask(session_.opening());
}

void session_connector::win(attempt& from, std::string_view text, format written_as) {
  is_trying_ = false;
  upgrade_timer_.cancel();
  const session_transport transport = from.transport();
  for (const auto& other : std::exchange(attempts_, {})) {
    if (other.get() != &from && purpose_ == purpose::opening) other->dismiss();
  }
  const auto now = clock::now();
  choice_.won(transport, now);
  if (allowed_.size() > 1) transport_memory::shared().keep(address_, choice_.failures(), now);
  wait();
  user_.on_connection(from.release(), transport, text, written_as);
}

void session_connector::fail(attempt& from, const connection_ending& why) {
  std::erase_if(attempts_, [&from](const auto& one) { return one.get() == &from; });
  choice_.failed(from.transport(), why.reason, clock::now());
  last_ending_ = why;
  if (purpose_ == purpose::upgrade) {
    upgrade_timer_.cancel();
    wait();
    if (has_asked_) user_.on_no_connection(why);
    return;
  }
  if (is_judgement(why)) {
    stop();
    return user_.on_no_connection(why);
  }
  proceed();
}

void session_connector::finish_without_sessions(client_transport instead) {
  stop();
  user_.on_no_sessions(instead);
}

void session_connector::take_offer(const std::optional<negotiated>& answer) {
  // Not destroyed from within itself.
  boost::asio::post(context_, [done = std::exchange(negotiation_, nullptr)] {});
  if (answer) {
    has_post_ = answer->has_post;
    choice_.offer(answer->transports, clock::now());
    std::erase_if(attempts_, [this](const auto& one) {
      return is_trying_ && !choice_.is_offered(one->transport());
    });
  }
  proceed();
}

connection_ending session_connector::nothing_worked() const {
  std::string all;
  const error* first = nullptr;
  bool is_one = true;
  for (const session_transport one : allowed_) {
    const auto& failure = choice_.failures()[index_of(one)];
    if (!failure) continue;
    if (first == nullptr) first = &*failure;
    is_one = is_one && failure->message() == first->message();
    all.append(all.empty() ? "" : "; ").append(name_of(one)).append(": ");
    all.append(failure->message());
  }
  if (first == nullptr) return {{error_kind::unavailable, "the server offers no transport"}};
  if (is_one) return last_ending_.value_or(connection_ending{*first});
  return {{error_kind::unavailable, "no transport works: " + all}};
}

}  // namespace sidewire::client
