#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/envelope.hpp"
#include "client/envelope_sender.hpp"
#include "client/http_channel.hpp"
#include "client/session.hpp"

namespace sidewire::client {

/// What event streams and polls have in common: GETs that bring messages down, POSTs that take them
/// up, and how both end. Only the client's thread may call it.
class http_session_connection : public connection,
                                public std::enable_shared_from_this<http_session_connection>,
                                private http_channel_user,
                                private envelope_sender_user {
 public:
  void open() override;
  void probe(shared_message) override {}
  void ask(const session_opening& how) override;
  void send() override;
  void tell(connection_user& user) override { user_ = &user; }
  void close() override;
  void abandon() override;
  void dismiss(shared_message end) override;

 protected:
  http_session_connection(boost::asio::io_context& context, const endpoint& where,
                          const client_options& options, client_session& session,
                          connection_user& user);
  ~http_session_connection() override;

  /// The GET that asks for a session.
  virtual http_request first_request(const session_opening& how) const = 0;
  /// The media type of what it answers.
  virtual std::string_view media_type() const = 0;
  /// A part of a successful answer.
  virtual void take_body(std::string_view bytes) = 0;
  /// A successful answer is whole.
  virtual void finish_body() = 0;

  const endpoint& where() const noexcept { return where_; }
  const client_options& options() const noexcept { return options_; }
  client_session& session() const noexcept { return session_; }
  /// Nobody wants to know any more, or it has ended: what an answer still brings is passed over.
  bool is_over() const noexcept { return is_deleting_ || (user_ == nullptr && !is_dismissed_); }
  void start(http_request request);
  /// Hands a message on; `number` where it is counted. `is_over` where that was the end.
  void deliver(const carried_message& message, std::optional<std::uint64_t> number);
  void heard();
  void end(const connection_ending& why);

 private:
  void on_head(const http_head& head) override;
  void on_body(std::string_view bytes) override;
  void on_complete() override;
  void on_failed(const error& reason) override;
  void on_envelope_taken() override;
  void on_sending_ended(const connection_ending& why) override;
  void end_unneeded(const carried_message& answer);
  void finish();

  boost::asio::io_context& context_;
  endpoint where_;
  const client_options& options_;
  client_session& session_;
  connection_user* user_;  // null once nobody wants to know
  std::shared_ptr<http_channel> down_;
  std::unique_ptr<envelope_sender> up_;  // once the session runs here
  boost::asio::steady_timer close_timer_;
  std::shared_ptr<http_session_connection> itself_;  // while it ends a session that nobody needs
  http_head head_;
  std::string refusal_;  // the body of an answer that is no success
  bool is_asking_ = false;
  bool is_dismissed_ = false;
  bool is_deleting_ = false;
  bool is_closing_ = false;
};

}  // namespace sidewire::client
