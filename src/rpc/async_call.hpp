#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/detail/invocation.hpp>
#include <sidewire/registry.hpp>

#include "base/buffer.hpp"
#include "base/timer_queue.hpp"
#include "rpc/answer.hpp"
#include "rpc/environment.hpp"
#include "rpc/keyed_calls.hpp"

namespace sidewire::rpc {

/// A call that outlives its message: a coroutine, or work on the pool. It is answered once, by its
/// handler, a cancellation or its deadline, whichever comes first; it leaves its caller when its
/// handler has ended. Shard, but for `cancelled`.
class async_call final : public detail::running_call,
                         private base::timer,
                         public std::enable_shared_from_this<async_call> {
 public:
  /// Whether anybody waits for an answer.
  enum class answering : std::uint8_t { answered, silent };

  async_call(environment& shared, const sidewire::method& what, destination where,
             answering expects, const protocol::id_view& id);
  ~async_call() override;

  /// Enters its caller's calls in flight.
  /// `credit`: how many partial results it may be ahead; absent: as many as there is room for.
  void start(std::optional<std::chrono::milliseconds> timeout,
             std::optional<std::uint64_t> credit = std::nullopt);
  /// Whether the handler goes on after `invoke` has returned.
  bool goes_on() const noexcept { return goes_on_; }
  void go_on() noexcept { goes_on_ = true; }
  /// What happens when the call ends from outside, for a call that is no coroutine.
  void on_interrupt(std::function<void()> told) { on_interrupt_ = std::move(told); }
  /// The handler has ended: leaves the caller. `reason`: what it threw, or null.
  void ended(const std::exception_ptr& reason);

  /// Ends the call from outside: answers with `reason` and tells the handler.
  void cancel(const error& reason);
  /// The caller is gone, and nothing of it is used any more. The handler is still to be told.
  void abandon();
  /// Tells the handler that nobody waits for it.
  void interrupt();
  /// Whether the caller itself has cancelled it.
  bool was_cancelled_by_caller() const noexcept {
    return cancelled_with_ == error_kind::request_cancelled;
  }
  /// Answers with what another run of the same call has come to, unless it has ended.
  void take_outcome(const call_outcome& outcome);
  /// Wakes a producer that waits for room or credit.
  void wake();
  void add_credit(std::uint64_t count);

  std::string_view method() const noexcept override { return method_.name; }
  const principal& caller() const noexcept override { return *who_; }
  std::shared_ptr<sidewire::peer> peer() override;
  bool cancelled() const noexcept override { return cancelled_.load(std::memory_order_relaxed); }
  std::optional<std::chrono::steady_clock::time_point> deadline() const noexcept override {
    return deadline_;
  }

  void finish(const type_description* type, const void* value) override;
  void fail(const error& reason) override;
  void spawn(awaitable<void> work) override;
  void run_on_worker(std::function<std::function<void()>()> work) override;

 private:
  awaitable<void> send_progress(const type_description& type, const void* value) override;
  void expired(base::time_point now) override;

  bool may_send_progress() const noexcept;
  void send_item(std::string_view message, format as);
  awaitable<void> send_later(base::buffer message, format as);
  awaitable<void> go_on_unless_cancelled();
  void gather(const type_description& type, const void* value);
  enum class progress_route : std::uint8_t { nowhere, notified, gathered };
  progress_route progress_goes() const noexcept;
  /// True for the first answer, which is to be written then.
  bool take_answer();
  void count(call_ending how);
  void fail_with(const std::exception_ptr& reason);

  environment& shared_;
  const sidewire::method& method_;
  destination where_;
  protocol::id id_;
  std::shared_ptr<const principal> who_;
  base::time_point began_;
  std::optional<base::time_point> deadline_;
  std::optional<std::uint64_t> credit_;
  std::optional<error_kind> cancelled_with_;
  boost::asio::cancellation_signal signal_;
  std::function<void()> on_interrupt_;
  std::optional<boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
      boost::asio::io_context::executor_type>>
      room_;
  gathered_items items_;
  std::atomic<bool> cancelled_{false};
  answering expects_;
  bool answered_ = false;
  bool goes_on_ = false;
  bool entered_ = false;
};

}  // namespace sidewire::rpc
