#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/session.hpp"

/// A client's session and the server that it talks with, for tests: both without a socket.
namespace sidewire::test {

using base::buffer;
using base::time_point;
using client::client_session;
using client::exchange_id;
using client::outgoing_message;
using client::session_request;
using client::session_user;
using client::shared_message;
using client::upward;
using verdict = client_session::verdict;
using texts = std::vector<std::string>;

inline constexpr std::string_view started =
    R"({"jsonrpc":"2.0","method":"session.started","params":{"session":"i.0.1","resumeToken":"T1",)"
    R"("instance":"i","version":"1","resumeWindowMs":60000,"resumeBufferBytes":1000,)"
    R"("heartbeatMs":15000,"limits":{"maxMessageBytes":50,"maxBatch":100}}})";

/// The same, where envelopes have room.
inline constexpr std::string_view roomy =
    R"({"jsonrpc":"2.0","method":"session.started","params":{"session":"i.0.1","resumeToken":"T1",)"
    R"("instance":"i","version":"1","resumeWindowMs":60000,"resumeBufferBytes":1000,)"
    R"("heartbeatMs":15000,"limits":{"maxMessageBytes":300,"maxBatch":100}}})";

inline std::string lost(const std::string& reason) {
  return R"({"jsonrpc":"2.0","method":"session.resumed","params":{"recovered":false,"reason":")" +
         reason +
         R"(","session":"i.0.2","resumeToken":"T2","instance":"i","version":"1",)"
         R"("resumeWindowMs":60000,"resumeBufferBytes":1000,"heartbeatMs":15000,)"
         R"("limits":{"maxMessageBytes":50,"maxBatch":100}}})";
}

inline std::string resumed(int received, int from) {
  return R"({"jsonrpc":"2.0","method":"session.resumed","params":{"recovered":true,"received":)" +
         std::to_string(received) + R"(,"from":)" + std::to_string(from) + "}}";
}

inline std::string ack(int received) {
  return R"({"jsonrpc":"2.0","method":"session.ack","params":{"received":)" +
         std::to_string(received) + "}}";
}

inline const std::string ping = R"({"jsonrpc":"2.0","method":"session.ping"})";
inline const std::string pong = R"({"jsonrpc":"2.0","method":"session.pong"})";
inline const std::string news = R"({"jsonrpc":"2.0","method":"news"})";

inline std::string opening(const std::string& more = {}) {
  return R"({"jsonrpc":"2.0","method":"session.open","params":{"token":"secret",)"
         R"("formats":["json"],"client":{"name":"test","version":"1"})" +
         more + "}}";
}

inline std::string resuming(const std::string& token, int received) {
  return opening(R"(,"resumeToken":")" + token + R"(","received":)" + std::to_string(received));
}

inline session_request request() {
  session_request made{.token = "secret"};
  made.client = {.name = "test", .version = "1"};
  return made;
}

/// A session with a server that says what a test wants, at a time of its choosing.
class conversation final : public session_user {
 public:
  explicit conversation(session_request asked = request()) : session{std::move(asked), *this} {}

  /// Everything that goes up now, what the connection asks with first.
  texts heard() {
    texts all;
    if (!asked_.empty()) all.push_back(std::exchange(asked_, {}));
    while (const shared_message next = session.next()) all.emplace_back(next->text.view());
    return all;
  }
  verdict say(std::string_view message) {
    buffer text;
    text.append(message);
    text.prepare(0);
    REQUIRE(reader_.read(text.view(), format::json));
    return session.take(reader_, message.size(), now);
  }
  void send(exchange_id exchange, std::string_view text, bool is_answer = false) {
    auto made = std::make_shared<outgoing_message>();
    made->exchange = exchange;
    made->text.append(text);
    made->is_answer = is_answer;
    session.send(std::move(made));
  }
  /// What is POSTed now; "" for nothing.
  std::string posted() {
    const auto made = session.next_envelope();
    return made ? client::write_envelope(*made) : std::string{};
  }
  void connect(upward how = upward::messages) {
    asked_ = std::string{session.opening().message->text.view()};
    session.connected(now, how);
  }
  void disconnect() { session.disconnected(now); }
  void begin(upward how = upward::messages) {
    connect(how);
    CHECK(std::exchange(asked_, {}) == opening());
    CHECK(say(how == upward::messages ? started : roomy) == verdict::ignore);
  }

  time_point now{};
  client_session session;
  texts told;
  texts repeated;  // sent again from within on_lost

 private:
  void on_running() override { told.emplace_back("running"); }
  void on_lost(const error& reason) override {
    told.push_back(reason.message());
    for (const std::string& text : repeated) send(0, text);
  }
  void on_draining(std::chrono::milliseconds retry_after) override {
    told.push_back("draining " + std::to_string(retry_after.count()));
  }
  void on_server_closed(std::uint16_t code, const std::string& reason) override {
    told.push_back("closed " + std::to_string(code) + " " + reason);
  }
  void on_first_written(exchange_id exchange) override {
    told.push_back("written " + std::to_string(exchange));
  }
  void on_unwritten(exchange_id exchange) override {
    told.push_back("unwritten " + std::to_string(exchange));
  }
  void on_refused(exchange_id exchange, const error& reason) override {
    told.push_back("refused " + std::to_string(exchange) + " " + *reason.limit());
  }

  codec::reader reader_{16};
  std::string asked_;
};

}  // namespace sidewire::test
