#pragma once

#include <memory>
#include <sidewire/principal.hpp>
#include <sidewire/registry.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "rpc/dispatcher.hpp"
#include "tests/unit/rpc/scripted_caller.hpp"
#include "tests/unit/rpc/shard_loop.hpp"

namespace sidewire::rpc::test {

/// Keeps the errors that were logged, as "message method: reason".
class error_log final : public base::logger {
 public:
  error_log() : logger{base::log_level::error} {}

  /// The lines since it was last asked.
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  void write(base::log_level, std::string_view message,
             std::initializer_list<base::log_field> fields) override;

  std::vector<std::string> lines_;
};

/// The token of a principal is its name; "nobody" is nobody's.
class name_tokens final : public authenticator {
 public:
  result<std::shared_ptr<const principal>> authenticate(std::string_view token) const override;
};

/// A dispatcher with all that it needs, a clock that stands still, one worker, and a caller. Fails
/// at its end where something is left over: a message that nobody expected, a call, a timer, a
/// line in the log, work of the loop.
class scene {
 public:
  scene();
  ~scene();

  registry methods;
  base::limits limits;
  error_log log;
  std::unique_ptr<scripted_caller> client;

  dispatcher& served_by() noexcept { return dispatcher_; }
  const counters& counts() const noexcept { return counts_; }
  boost::asio::io_context& loop() noexcept { return loop_.context(); }
  /// Another caller; without a principal it has not authenticated.
  std::unique_ptr<scripted_caller> make_caller(std::shared_ptr<const principal> who);
  /// The caller is gone, with whatever it had under way.
  void client_leaves();

  /// Runs whatever can run now.
  void settle() { loop_.settle(); }
  /// All that `act` does happens in one turn of the shard.
  template <class Action>
  void in_one_turn(Action act) {
    loop_.run(act);
  }
  /// Runs until `done` holds, which must come to pass.
  template <class Condition>
  void run_until(Condition done) {
    while (!done()) loop_.run_one();
  }
  void time_passes(std::chrono::milliseconds by);
  base::time_point now() const noexcept { return now_; }

  static constexpr std::size_t max_waiting_calls = 2;

 private:
  shard_loop loop_;
  base::timer_queue timers_;
  base::time_point now_{};
  name_tokens tokens_;
  counters counts_;
  keyed_calls keyed_{limits};
  std::unique_ptr<worker_pool> workers_;
  dispatcher dispatcher_;
};

}  // namespace sidewire::rpc::test
