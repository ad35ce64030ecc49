#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace sidewire::client {

/// The way to a client for what may outlive it: subscriptions and answers. Any thread.
class lifeline {
 public:
  using runner = std::function<void(std::function<void()>)>;

  explicit lifeline(runner run_on_client) : run_{std::move(run_on_client)} {}

  /// Runs a task on the client's thread, before the client is destroyed. False where it is too
  /// late.
  bool run(std::function<void()> task) {
    const std::lock_guard lock{mutex_};
    if (!run_) return false;
    run_(std::move(task));
    return true;
  }
  bool is_there() {
    const std::lock_guard lock{mutex_};
    return run_ != nullptr;
  }
  /// The client has ended; what was given to it before still runs.
  void cut() {
    const std::lock_guard lock{mutex_};
    run_ = nullptr;
  }

 private:
  std::mutex mutex_;
  runner run_;  // guarded by mutex_
};

}  // namespace sidewire::client
