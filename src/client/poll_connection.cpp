#include "client/poll_connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "client/http_session_connection.hpp"
#include "client/session_headers.hpp"

namespace sidewire::client {

namespace {

/// The longest that a server holds a poll.
constexpr std::chrono::seconds max_held{25};
/// An envelope of many messages may be larger than the largest of them.
constexpr std::size_t max_envelope_messages = 2;

class poll_connection final : public http_session_connection {
 public:
  poll_connection(boost::asio::io_context& context, const endpoint& where,
                  const client_options& options, client_session& session, connection_user& user)
      : http_session_connection{context, where, options, session, user} {}

 private:
  http_request first_request(const session_opening& how) const override {
    // At once, and beginning with what became of the session, though it may be on polls already.
    return request(std::chrono::seconds{0}, session_headers(how));
  }
  std::string_view media_type() const override { return "application/json"; }

  http_request request(std::chrono::seconds held,
                       std::vector<std::pair<std::string, std::string>> headers) const {
    headers.emplace_back("Accept", "application/json");
    return {.target = where().target + "?poll=" + std::to_string(held.count()),
            .headers = std::move(headers)};
  }

  /// An empty answer is the server's sign of life, so it comes within a heartbeat.
  std::chrono::seconds held() const {
    const auto heartbeat = std::chrono::floor<std::chrono::seconds>(session().heartbeat());
    if (heartbeat.count() == 0) return max_held;
    return std::clamp(heartbeat, std::chrono::seconds{1}, max_held);
  }

  void take_body(std::string_view bytes) override {
    if (bytes.size() > max_envelope_messages * options().limits.max_message_bytes - body_.size()) {
      return end({{error_kind::response_too_large, "an answer is larger than this client takes"}});
    }
    body_ += bytes;
  }

  void finish_body() override {
    const std::string body = std::exchange(body_, {});
    auto came = read_envelope(body);
    if (!came) return end({{error_kind::unavailable, came.error().message()}});
    heard();
    const bool is_first = !std::exchange(has_begun_, true);  // and says itself where it begins
    if (!is_first && came->first && !session().expect(*came->first)) {
      return end({{error_kind::unavailable, "a message of the session is missing"}});
    }
    for (const carried_message& message : came->messages) {
      deliver(message, {});
      if (is_over()) return;
    }
    if (!session().resume_token().empty()) return poll();
    end({{error_kind::unavailable, "the server's first answer begins no session"}});
  }

  void poll() {
    start(
        request(held(), {{"Sidewire-Session", session().resume_token()},
                         {"Sidewire-Received", std::to_string(session().acknowledge_by_poll())}}));
  }

  std::string body_;
  bool has_begun_ = false;
};

}  // namespace

std::shared_ptr<connection> create_poll_connection(boost::asio::io_context& context,
                                                   const endpoint& where,
                                                   const client_options& options,
                                                   client_session& session, connection_user& user) {
  return std::make_shared<poll_connection>(context, where, options, session, user);
}

}  // namespace sidewire::client
