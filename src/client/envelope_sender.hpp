#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <sidewire/client.hpp>
#include <string>

#include "client/connection.hpp"
#include "client/endpoint.hpp"
#include "client/http_channel.hpp"
#include "client/session.hpp"

namespace sidewire::client {

/// What a sender tells. Always on the client's thread.
class envelope_sender_user {
 public:
  /// The server has what was in a POST, and nothing more waits for now where the sender is idle.
  virtual void on_envelope_taken() = 0;
  /// No more can be sent.
  virtual void on_sending_ended(const connection_ending& why) = 0;

 protected:
  ~envelope_sender_user() = default;
};

/// The messages up of a session over HTTP (protocol, section 5): one POST at a time, which brings
/// all that has gathered meanwhile, and goes again with the same numbers where its answer was lost.
/// Only the client's thread may call it.
class envelope_sender final : private http_channel_user {
 public:
  /// `options`, `session` and `user` outlive it.
  envelope_sender(boost::asio::io_context& context, const endpoint& where,
                  const client_options& options, client_session& session,
                  envelope_sender_user& user);
  ~envelope_sender();

  /// The session may have something to send.
  void send();
  bool is_idle() const noexcept { return !is_busy_; }

 private:
  void on_head(const http_head& head) override { status_ = head.status; }
  void on_body(std::string_view bytes) override;
  void on_complete() override;
  void on_failed(const error& reason) override;
  void start_channel();
  bool take_answer();
  void retry(const error& reason);
  void end(connection_ending why);

  boost::asio::io_context& context_;
  endpoint where_;
  const client_options& options_;
  client_session& session_;
  envelope_sender_user& user_;
  std::shared_ptr<http_channel> channel_;
  boost::asio::steady_timer timer_;  // the end of a POST that takes too long, or the next try
  unsigned status_ = 0;
  std::string body_;
  bool is_busy_ = false;
  bool is_ended_ = false;
  int failure_count_ = 0;  // since something was taken
};

}  // namespace sidewire::client
