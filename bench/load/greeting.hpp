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
/// After how many messages a session's client acknowledges (protocol, section 4).
inline constexpr std::uint64_t acknowledged_at_once = 32;
/// Everything up to `received` has come.
std::string session_ack(std::uint64_t received);
/// Messages of the session itself, which are not counted.
bool is_session_message(std::string_view payload);

/// A fresh connection up to where its first call may follow. The session's resume token, empty
/// without a session.
std::string greet(socket& with, const options& wanted);
/// The same with a subscription to `options::topic`.
void greet_and_subscribe(socket& with, const options& wanted);

}  // namespace sidewire::bench
