#pragma once

#include <chrono>
#include <memory>
#include <sidewire/registry.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Runs registered methods without a server: params and answers are JSON text, blocking work runs
/// at once, coroutines on a loop of the runner's own.

namespace sidewire::services {

class running_method;

class method_runner {
 public:
  method_runner();
  ~method_runner();

  registry& methods();
  /// Runs a method to its end. The answer's JSON, or "error_kind: message at pointer".
  std::string call(std::string_view method, std::string_view params = "{}");

  /// Starts a coroutine. Its answer, once it has ended, as above.
  std::shared_ptr<running_method> start(std::string_view method, std::string_view params);
  /// Runs coroutines until `done` holds. Fails the test when it does not come to pass.
  template <class Condition>
  void run_until(Condition done) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!done()) run_one(patience);
  }

 private:
  void run_one(std::chrono::steady_clock::time_point patience);

  struct state;
  std::unique_ptr<state> state_;
};

/// A coroutine method while it runs.
class running_method {
 public:
  virtual ~running_method() = default;
  virtual bool ended() const = 0;
  virtual const std::string& answer() const = 0;
  /// The JSON of each `$/progress` value.
  virtual const std::vector<std::string>& progress() const = 0;
  virtual void cancel() = 0;
};

}  // namespace sidewire::services
