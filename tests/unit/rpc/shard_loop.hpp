#pragma once

#include <doctest/doctest.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>

namespace sidewire::rpc::test {

/// The loop of a shard, which a test runs by hand.
class shard_loop {
 public:
  boost::asio::io_context& context() noexcept { return context_; }
  /// Whether nothing is left that it waits for. After `settle`.
  bool has_no_work() const noexcept { return context_.stopped(); }

  /// Runs whatever can run now.
  void settle() {
    context_.restart();
    context_.poll();
  }

  /// Runs one handler; waits for it, since a worker may be at it, and fails when none comes.
  void run_one() {
    context_.restart();
    const auto wait_for_workers = boost::asio::make_work_guard(context_);
    constexpr std::chrono::seconds patience{10};
    REQUIRE(context_.run_one_for(patience) == 1);
  }

  /// Runs `act` as one of the loop's handlers, like everything that happens on a shard, after those
  /// that wait already. Within a handler: at once.
  template <class Action>
  void run(Action act) {
    bool done = false;
    boost::asio::dispatch(context_, [&] {
      act();
      done = true;
    });
    while (!done) run_one();
  }

 private:
  boost::asio::io_context context_{1};
};

}  // namespace sidewire::rpc::test
