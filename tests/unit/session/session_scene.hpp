#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/close_code.hpp"
#include "session/store.hpp"
#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"
#include "tests/unit/session/scripted_link.hpp"

namespace sidewire::session::test {

/// A message of the server's.
inline constexpr std::string_view tick = R"({"jsonrpc":"2.0","method":"tick"})";

/// A store of sessions on the shard of a scene. The secrets that it gives are "secret 1" and so on.
/// Methods: `count` notes its params' `n` and answers it; `wait` does so when `waits` is opened.
class session_scene : public rpc::test::scene {
 public:
  explicit session_scene(std::size_t shard_count = 1);
  ~session_scene();

  /// Who opens sessions where nobody else is named.
  std::shared_ptr<const principal> ada = somebody("ada", {"read"});
  rpc::test::gate waits{loop()};
  /// The params of `count` and `wait`, in the order in which they ran.
  std::vector<int> ran;

  static std::shared_ptr<const principal> somebody(std::string name,
                                                   std::vector<std::string> scopes);

  store& kept() noexcept { return *kept_; }
  /// The server starts anew, with another instance.
  void restarts();

  /// A fresh session; the link has heard `session.started`.
  session& opens(scripted_link& with, std::shared_ptr<const principal> who = nullptr,
                 client_facts facts = {});
  /// Asks to resume, as the principal of the session where nobody else is named.
  store::outcome resumes(const std::string& token, std::optional<std::uint64_t> received,
                         scripted_link& with, std::shared_ptr<const principal> who = nullptr);
  /// The same where it must succeed.
  session& recovers(session& lost, std::uint64_t received, scripted_link& with);
  /// The same where a fresh session comes of it, for this reason.
  session& starts_afresh(const std::string& token, std::uint64_t received, scripted_link& with,
                         std::string_view reason, std::shared_ptr<const principal> who = nullptr);
  /// The same where it is refused with a close code.
  void is_refused(const std::string& token, std::uint64_t received, scripted_link& with,
                  std::uint16_t code, std::shared_ptr<const principal> who = nullptr);
  std::string token_of(const session& of) const;

  /// The client's next message.
  void says(session& to, std::string_view text);
  /// A call of `count` or `wait`, with its params' `n` as id.
  void calls(session& to, std::string_view method, int n);
  static std::string answer_to(int n);
  /// A message of the server's.
  void tells(session& to, std::string_view text);

 private:
  std::size_t shard_count_;
  std::string instance_ = "instance-1";
  int secrets_count_ = 0;
  std::unique_ptr<store> kept_;
};

}  // namespace sidewire::session::test
