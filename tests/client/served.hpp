#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <sidewire/sidecar.hpp>
#include <string>
#include <thread>

namespace sidewire::test {

/// The real server on a port of loopback, for as long as it lives.
class served {
 public:
  static constexpr const char* token = "secret";

  /// `fill` gives it what it serves.
  template <class Fill>
  explicit served(Fill fill, std::size_t worker_threads = 4)
      : server_{{.listen = {"127.0.0.1:0"},
                 .token = token,
                 .worker_threads = worker_threads,
                 .drain_timeout = std::chrono::milliseconds{0}}} {
    fill(server_);
    server_.listen();
    thread_ = std::thread{[this] { server_.run(); }};
  }
  ~served() {
    server_.stop();
    thread_.join();
  }

  std::uint16_t port() const {
    return static_cast<std::uint16_t>(
        std::stoi(server_.url().substr(server_.url().rfind(':') + 1)));
  }

 private:
  sidecar server_;
  std::thread thread_;
};

/// How often each number was seen. Any thread.
class tally {
 public:
  void add(int number) {
    const std::lock_guard lock{mutex_};
    ++seen_[number];
  }
  /// Each of 1 to `count` exactly once, and nothing else.
  bool is_each_once(int count) const {
    const std::lock_guard lock{mutex_};
    if (seen_.size() != static_cast<std::size_t>(count)) return false;
    int next = 1;
    for (const auto& [number, times] : seen_) {
      if (number != next++ || times != 1) return false;
    }
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::map<int, int> seen_;  // guarded by mutex_
};

}  // namespace sidewire::test
