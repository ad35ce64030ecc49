#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/options.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {

/// What a client says on a fresh connection before it is measured, one step after another,
/// blocking: the upgrade, and what its dialect wants. Not thread-safe; the socket outlives it.
class greeting {
 public:
  explicit greeting(socket& with) : socket_{with} {}

  /// Sends the upgrade, where there is one, and reads its answer.
  void upgrade(const options& wanted);
  /// Sends a text message.
  void say(std::string_view text);
  /// The next message, which has to contain `expected`. Throws std::runtime_error where not.
  std::string hear(std::string_view expected);
  /// Nothing may have come that was not heard.
  void end() const;

 private:
  void receive();

  socket& socket_;
  std::string unheard_;
};

/// What a session's client says first: opens one, or resumes the one of `resume_token`, of which
/// it has nothing.
std::string session_open(std::string_view resume_token = {});
/// After how many messages a session's client on a WebSocket acknowledges (protocol, section 4).
inline constexpr std::uint64_t acknowledged_at_once = 32;
/// Everything up to `received` has come.
std::string session_ack(std::uint64_t received);
/// Messages of the session itself, which are not counted.
bool is_session_message(std::string_view payload);

/// The text member `name` of a message, which has no escapes. Throws std::runtime_error without.
std::string member_of(std::string_view message, std::string_view name);

/// The same of a number.
std::uint64_t number_of(std::string_view message, std::string_view name);

/// What a client that listens asks first: to be subscribed to `options::topic`, or for an echo
/// where there is none.
std::string first_request(const options& wanted);
/// The answer to it has to contain this.
std::string first_result(const options& wanted);

/// A fresh connection up to where its first call may follow. The session's resume token, empty
/// without a session.
std::string greet(socket& with, const options& wanted);
/// The same with the first request and its answer.
void greet_and_ask(socket& with, const options& wanted);

}  // namespace sidewire::bench
