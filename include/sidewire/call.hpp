#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <sidewire/awaitable.hpp>
#include <sidewire/description.hpp>
#include <sidewire/peer.hpp>
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

  /// Sends a partial result (`$/progress`). Waits while the caller has no room for it or has given
  /// no credit for it, so that a slow reader slows this producer alone. For coroutines. Throws like
  /// any cancelled operation when the call ends meanwhile. A notification's progress goes nowhere.
  /// `value` is encoded before this returns; GCC 12 wants it to have a name.
  template <class T>
  awaitable<void> progress(const T& value) {
    return send_progress(describe<T>(), &value);
  }

  /// The client behind the call: for requests and notifications to it. Never null, and may be kept.
  virtual std::shared_ptr<sidewire::peer> peer() = 0;

 private:
  virtual awaitable<void> send_progress(const type_description& type, const void* value) = 0;
};

}  // namespace sidewire
