#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <sidewire/error.hpp>
#include <string>

#include "base/timer_queue.hpp"
#include "client/connection.hpp"
#include "client/envelope.hpp"
#include "client/link.hpp"
#include "codec/reader.hpp"
#include "session/messages.hpp"

namespace sidewire::client {

/// What a session tells whoever drives it, always from within one of its functions.
class session_user {
 public:
  /// It runs on this connection from now on: begun, or resumed with nothing lost.
  virtual void on_running() = 0;
  /// The session is no more; a fresh one follows. What was written and is not answered is unknown,
  /// and what the user sends now goes before what was never written.
  virtual void on_lost(const error& reason) = 0;
  /// The server ends as planned: come back after this time.
  virtual void on_draining(std::chrono::milliseconds retry_after) = 0;
  /// What a close code says on a WebSocket, and the last message of an event stream or poll.
  virtual void on_server_closed(std::uint16_t code, const std::string& reason) = 0;
  /// The message is written for the first time.
  virtual void on_first_written(exchange_id exchange) = 0;
  /// What was written is known not to have been taken: it was not written after all.
  virtual void on_unwritten(exchange_id exchange) = 0;
  /// The message cannot be sent, and was not.
  virtual void on_refused(exchange_id exchange, const error& reason) = 0;

 protected:
  ~session_user() = default;
};

/// What a session asks for in `session.open`. Immutable.
struct session_request {
  std::string token;  ///< empty: none
  format written_as = format::json;
  session::client_identity client = {};
  bool takes_requests = false;
};

/// How a session's connection takes what goes up.
enum class upward : std::uint8_t {
  messages,   ///< one after the other, their numbers not written: a WebSocket
  envelopes,  ///< several in a POST, with their numbers
};

/// The client's half of a session (protocol, section 4): numbers what goes and keeps it until it is
/// acknowledged, counts what comes, opens and resumes, and judges signs of life. No I/O and no
/// clock: whoever drives it says what time it is, brings the messages and asks what to write. Its
/// memory is bounded by `max_unsent_bytes`, of which each message has its share while it is kept.
/// The client's thread.
class client_session {
 public:
  using time_point = base::time_point;
  /// What to do with a message that came.
  enum class verdict : std::uint8_t {
    hand_on,  ///< it is the program's, and counted
    ignore,   ///< it was the session's own, or known
    end,      ///< the server breaks the protocol: the connection must end
  };

  client_session(session_request asked, session_user& user);

  /// What a connection asks for now: a fresh session, or this one.
  session_opening opening() const;
  const shared_message& ping() const noexcept { return ping_; }
  const shared_message& ending() const noexcept { return ending_; }
  /// A connection has asked and is answered: what it has, and will, goes to `take`.
  void connected(time_point now, upward how);
  /// The connection is gone, or another is asked for the session: nobody listens to it any more.
  void disconnected(time_point now);
  /// A message of the connection's.
  verdict take(codec::reader& message, std::size_t size_bytes, time_point now);
  /// What comes next has this number, where a transport writes it down. False where one is missing.
  bool expect(std::uint64_t number);
  /// The connection lives, though no message came.
  void heard(time_point now);
  bool is_running() const noexcept { return state_ == state::running; }
  /// Whether anything of this connection was counted or acknowledged: it is good for something.
  bool has_progressed() const noexcept { return has_progressed_; }

  /// Takes a message, at any time, and in order.
  void send(shared_message message) { waiting_.push_back(std::move(message)); }
  /// Takes a message back that was never written. False where it was.
  bool withdraw(exchange_id exchange);
  /// Sends a `session.ping`, in an envelope alone.
  void ask_for_life() { ping_due_ = true; }
  /// After everything that waits, `session.end` is written. Only while it runs.
  void end() { end_due_ = true; }
  /// The next message to write on this connection; null where there is none for now. It counts as
  /// written.
  shared_message next();
  /// The same for a POST: everything that waits, as far as the server takes it in one. Nothing
  /// where nothing is to be said.
  std::optional<envelope> next_envelope();
  /// The answer to an envelope: what the server has. False where that cannot be.
  bool envelope_taken(std::uint64_t received);
  /// Instead: the server lacks messages before it. They go again, and so does it.
  bool envelope_refused(std::uint64_t received);
  /// Its answer was lost: it goes again, with the same numbers.
  void envelope_lost();
  /// The server takes none of it, and the connection is over: what went for the first time waits
  /// again.
  void envelope_rejected();
  /// What a poll tells the server to forget, and with which secret it asks.
  std::uint64_t acknowledge_by_poll();
  const std::string& resume_token() const noexcept { return resume_token_; }
  std::chrono::milliseconds heartbeat() const noexcept { return heartbeat_; }
  /// The server cannot take what waits: the session is lost with all that was written.
  void give_up(const error& reason) { lose(reason); }

  /// When `on_time` wants to be called; time_point::max() for not at all.
  time_point next_time() const noexcept;
  /// False where the connection is dead and must end: two intervals without a sign of life.
  bool on_time(time_point now);

  /// What is kept until the server has acknowledged it, and what was never written.
  std::size_t unacknowledged_count() const noexcept { return sent_.size(); }
  std::size_t waiting_count() const noexcept { return waiting_.size(); }

 private:
  enum class state : std::uint8_t {
    disconnected,
    connected,  ///< the answer to `session.open` has come and is to be taken
    running,
  };

  verdict take_control(const codec::incoming& control, time_point now);
  verdict take_started(const codec::incoming& control, time_point now);
  verdict take_resumed(const codec::incoming& control, time_point now);
  verdict take_ack(const codec::incoming& control);
  verdict take_draining(const codec::incoming& control);
  verdict take_closed(const codec::incoming& control);
  verdict broken();
  void start(const session::started_params& told);
  void run(time_point now);
  bool acknowledge(std::uint64_t number);
  void settle();
  void lose(const error& reason);
  bool count(std::size_t size_bytes, time_point now);
  shared_message next_control();
  using waiting_messages = std::deque<shared_message>;
  waiting_messages::iterator first_waiting();
  void write_waiting(waiting_messages::iterator at);
  bool is_too_large(const outgoing_message& message) const;

  const session_request asked_;
  session_user& user_;
  const shared_message ping_;
  const shared_message ending_;
  upward how_ = upward::messages;
  state state_ = state::disconnected;
  std::string resume_token_;  // empty: there is no session
  std::chrono::milliseconds heartbeat_{0};
  std::chrono::milliseconds resume_window_{0};
  std::size_t resume_buffer_bytes_ = 0;
  std::size_t max_message_bytes_ = 0;

  // What goes. `sent_` are numbers `acknowledged_` + 1 and on.
  waiting_messages waiting_;         // never written
  std::deque<shared_message> sent_;  // written, on this connection or an earlier one
  std::uint64_t acknowledged_ = 0;
  std::uint64_t server_has_ = 0;     // at least `acknowledged_`: what is not rewritten yet stays
  std::size_t rewritten_count_ = 0;  // of `sent_`, those that this connection has

  std::size_t posted_count_ = 0;  // of `sent_`, at its end, those in the POST and in none before

  // What comes.
  std::uint64_t received_ = 0;
  std::uint64_t next_number_ = 1;  // of this connection
  std::uint64_t told_received_ = 0;
  std::size_t received_bytes_ = 0;  // since it was told

  bool ping_due_ = false;
  bool pong_due_ = false;
  bool ack_due_ = false;
  bool end_due_ = false;
  bool has_progressed_ = false;
  bool is_draining_ = false;  // calls wait for the next connection, where they can be answered
  time_point ack_time_ = time_point::max();
  time_point silent_time_ = time_point::max();  // when two intervals without a message have passed
  time_point lost_time_ = time_point::max();    // when the server has certainly forgotten it
};

}  // namespace sidewire::client
