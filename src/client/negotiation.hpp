#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/endpoint.hpp"
#include "client/http_channel.hpp"
#include "client/session_transport.hpp"

namespace sidewire::client {

/// What a server's policy offers, the best first.
struct negotiated {
  std::vector<session_transport> transports;
  bool has_post = false;  ///< calls without a session
};

/// What a client asks with. What failed before is left out: the server would rank it last, and the
/// client itself decides when to try it again.
std::string write_negotiation(const client_options& options,
                              const std::vector<session_transport>& transports);
/// What a client understands of the answer; nothing where that is none.
std::optional<negotiated> read_negotiation(std::string_view answer);

/// Asks a server once what it offers (protocol, section 6). Only the client's thread may call it.
class negotiation final : private http_channel_user {
 public:
  /// Called at most once, with nothing where the server does not say.
  using handler = std::function<void(const std::optional<negotiated>&)>;

  negotiation(boost::asio::io_context& context, const endpoint& where,
              const client_options& options, handler on_answer);
  ~negotiation();

  void start(std::string body);

 private:
  void on_head(const http_head& head) override { status_ = head.status; }
  void on_body(std::string_view bytes) override;
  void on_complete() override;
  void on_failed(const error& reason) override;

  std::string target_;
  handler on_answer_;
  std::shared_ptr<http_channel> channel_;
  unsigned status_ = 0;
  std::string body_;
};

}  // namespace sidewire::client
