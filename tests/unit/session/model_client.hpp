#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/session/model_connection.hpp"

namespace sidewire::session::test {

/// A client that keeps the rules of a session, as small as they can be written down, and fails
/// where the server does not: something answered or told twice, never, or in another order. What it
/// calls is numbered from 1 and so is what it is told.
class model_client {
 public:
  explicit model_client(session_scene& server) : server_{server} { asks(); }

  /// Opens a connection and asks for a session there, the one that it has where it has one.
  void asks();
  void calls(std::string_view method);
  void acknowledges();
  /// Reads one frame of a connection, whether it still listens to it or not.
  void reads(model_connection& from);

  std::vector<std::unique_ptr<model_connection>>& connections() noexcept { return connections_; }
  model_connection& current() noexcept { return *connections_.back(); }
  bool has_session() const noexcept { return !token_.empty(); }
  /// Forgets connections of which neither side hears anything more.
  void tidies();

  int called_count() const noexcept { return called_count_; }
  std::size_t unanswered_count() const noexcept { return unanswered_.size(); }
  int told_count() const noexcept { return told_count_; }
  int asked_count() const noexcept { return asked_count_; }

 private:
  void sends(std::string text);
  void begins(std::uint64_t server_has);
  void takes(const frame& message);
  void forgets_up_to(std::uint64_t number);

  session_scene& server_;
  std::vector<std::unique_ptr<model_connection>> connections_;  // it listens to the last
  std::string token_;
  bool may_send_ = false;
  std::deque<std::string> sent_;  // that the server is not known to have
  std::uint64_t sent_first_ = 1;  // the number of the first of them
  std::uint64_t received_ = 0;
  std::set<int> unanswered_;
  int called_count_ = 0;
  int told_count_ = 0;
  int asked_count_ = 0;
};

}  // namespace sidewire::session::test
