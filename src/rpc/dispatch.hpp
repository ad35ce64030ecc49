#pragma once

#include <memory>
#include <optional>
#include <sidewire/detail/invocation.hpp>
#include <sidewire/registry.hpp>

#include "codec/reader.hpp"
#include "rpc/answer.hpp"
#include "rpc/async_call.hpp"

namespace sidewire::rpc {

class dispatcher;
class keyed_run;

/// One call while its message is read: gives its method the params and takes the answer. Lives on
/// the stack of the dispatcher. Shard.
class dispatch final : public detail::invocation {
 public:
  dispatch(dispatcher& owner, const method& what, const codec::incoming& element, destination where,
           std::string_view idempotency_key);

  /// Runs the method. The call as an object of its own where it goes on, else null.
  std::shared_ptr<async_call> run();

  bool read_params(const type_description* type, void* into) override;
  void finish(const type_description* type, const void* value) override;
  void fail(const error& reason) override;
  std::shared_ptr<detail::running_call> detach() override;

  // What the server's own methods need beside.
  dispatcher& owner() noexcept { return owner_; }
  caller& from() noexcept { return *where_.to; }
  const destination& where() const noexcept { return where_; }
  bool is_notification() const noexcept {
    return element_.kind == codec::incoming_kind::notification;
  }
  std::shared_ptr<async_call> detach_call();

 private:
  // False where the call is refused; it has been answered then.
  bool check_right();
  bool read_meta();
  void invoke();
  void count(call_ending how);
  void join_by_key();
  void run_by_key(keyed_run& run);

  dispatcher& owner_;
  const method& method_;
  const codec::incoming& element_;
  destination where_;
  std::optional<std::chrono::milliseconds> timeout_;
  std::optional<std::uint32_t> credit_;
  std::string idempotency_key_;
  std::shared_ptr<async_call> detached_;
  bool is_checked_ = false;  // rights and _meta, by whoever it runs for
  bool answered_ = false;
};

}  // namespace sidewire::rpc
