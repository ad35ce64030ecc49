#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <sidewire/awaitable.hpp>
#include <sidewire/description.hpp>
#include <sidewire/principal.hpp>
#include <string_view>

namespace sidewire {

/// What a method sees of one call and its caller. Lives until the method has ended, however the
/// call itself ends before. Shard, but for `cancelled`.
class call {
 public:
  virtual ~call() = default;

  virtual std::string_view method() const noexcept = 0;
  virtual const principal& caller() const noexcept = 0;
  /// Whether nobody waits for the result any more: cancelled, past its deadline, or its caller
  /// gone. A coroutine is told by its pending operation (`operation_aborted`); a blocking method
  /// asks from time to time. Any thread.
  virtual bool cancelled() const noexcept = 0;
  virtual std::optional<std::chrono::steady_clock::time_point> deadline() const noexcept = 0;

  /// Sends a partial result (`$/progress`) and waits until the caller has room for another, so that
  /// a slow reader slows this producer alone. For coroutines. Throws like any cancelled operation
  /// when the call ends meanwhile. A notification's progress goes nowhere.
  template <class T>
  awaitable<void> progress(T value) {
    send_progress(describe<T>(), &value);
    return room_for_progress();
  }

  /// Sends the caller a notification of its own. Dropped where the caller cannot be reached.
  template <class T>
  void notify(std::string_view notification, const T& params) {
    send_notification(notification, describe<T>(), &params);
  }

 private:
  virtual void send_progress(const type_description& type, const void* value) = 0;
  virtual awaitable<void> room_for_progress() = 0;
  virtual void send_notification(std::string_view notification, const type_description& type,
                                 const void* params) = 0;
};

}  // namespace sidewire
