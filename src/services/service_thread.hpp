#pragma once

#include <memory>
#include <sidewire/awaitable.hpp>
#include <string>

#include "base/log.hpp"

namespace sidewire::services {

/// A thread for what services do by themselves, beside calls: following files, measuring. What runs
/// on it may wait for files, since no connection waits for it. Ends, with all its work, when it is
/// destroyed: before whatever the work refers to. Any thread.
class service_thread {
 public:
  /// `log` outlives it.
  explicit service_thread(base::logger& log);
  ~service_thread();
  service_thread(const service_thread&) = delete;
  service_thread& operator=(const service_thread&) = delete;

  boost::asio::io_context::executor_type executor();
  /// Runs `work` beside the other work, until it ends or the thread does. It fails alone, which is
  /// logged under its name.
  void spawn(std::string name, awaitable<void> work);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace sidewire::services
