#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <vector>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/negotiation.hpp"
#include "client/session.hpp"
#include "client/transport_choice.hpp"

namespace sidewire::client {

/// What a connector tells. Always on the client's thread.
class session_connector_user {
 public:
  /// The session is asked for on another connection from now on: what it has is forgotten.
  virtual void on_asking() = 0;
  /// It has the session, and the message is what came first.
  virtual void on_connection(std::shared_ptr<connection> made, session_transport transport,
                             std::string_view text, format written_as) = 0;
  /// There is none, for this reason.
  virtual void on_no_connection(const connection_ending& why) = 0;
  /// Instead: the server has no sessions, and this is how it is talked to.
  virtual void on_no_sessions(client_transport instead) = 0;

 protected:
  ~session_connector_user() = default;
};

/// Brings a session onto a connection of the transport that `transport_choice` says, and onto a
/// better one while it runs. Only the client's thread may call it.
class session_connector {
 public:
  /// `options`, `session` and `user` outlive it.
  session_connector(boost::asio::io_context& context, const endpoint& where,
                    const client_options& options, client_session& session,
                    session_connector_user& user);
  ~session_connector();

  /// The first connection. Ends in on_connection, on_no_connection or on_no_sessions.
  void open();
  /// Another connection for the session, or a fresh one's. Ends likewise.
  void resume();
  /// Gives up whatever it tries.
  void stop();
  /// The connection in use has opened, and then brought nothing.
  void spoil(const error& reason);
  /// Why there is nothing yet, for somebody who waits no longer.
  error silence() const;
  const transport_failures& failures() const noexcept { return choice_.failures(); }

 private:
  class attempt;
  enum class purpose : std::uint8_t { opening, resuming, upgrade };
  friend attempt;

  void start(session_transport transport);
  void proceed();
  void wait();
  void ask(attempt& from);
  void win(attempt& from, std::string_view text, format written_as);
  void fail(attempt& from, const connection_ending& why);
  void finish_without_sessions(client_transport instead);
  void take_offer(const std::optional<negotiated>& answer);
  void start_upgrade(session_transport transport);
  void limit_upgrade(std::chrono::milliseconds patience, const char* late);
  connection_ending nothing_worked() const;

  boost::asio::io_context& context_;
  endpoint where_;
  const client_options& options_;
  client_session& session_;
  session_connector_user& user_;
  std::string address_;
  std::vector<session_transport> allowed_;
  transport_choice choice_;
  purpose purpose_ = purpose::opening;
  bool is_trying_ = false;  // a round is not over
  bool has_asked_ = false;  // an upgrade is past its proof
  std::vector<std::shared_ptr<attempt>> attempts_;
  std::vector<std::weak_ptr<connection>> dismissed_;  // that may still end what they began
  std::optional<connection_ending> last_ending_;
  boost::asio::steady_timer timer_;  // when the choice has something to say
  boost::asio::steady_timer upgrade_timer_;
  std::shared_ptr<negotiation> negotiation_;  // while it is asked
  bool has_post_ = false;
};

}  // namespace sidewire::client
