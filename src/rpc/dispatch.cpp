#include "rpc/dispatch.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstdint>

#include "codec/decode.hpp"
#include "codec/member_text.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace {

enum class wire_format : std::uint8_t { json, msgpack };
BOOST_DESCRIBE_ENUM(wire_format, json, msgpack)

/// The member `_meta` of params.
struct call_meta {
  std::optional<std::uint32_t> timeout_ms;
  std::optional<std::uint32_t> credit;
  std::optional<std::string> idempotency_key;
  std::optional<wire_format> format;
};
BOOST_DESCRIBE_STRUCT(call_meta, (), (timeout_ms, credit, idempotency_key, format))

constexpr std::size_t max_key_bytes = 256;

/// Whatever tells a call from another under the same key: its params without `_meta`.
std::string distinction(const codec::incoming& element) {
  if (!element.params) return {};
  return codec::text_without_member(*element.params, "_meta");
}

}  // namespace

dispatch::dispatch(dispatcher& owner, const method& what, const codec::incoming& element,
                   destination where, std::string_view idempotency_key)
    : owner_{owner},
      method_{what},
      element_{element},
      where_{std::move(where)},
      idempotency_key_{idempotency_key} {}

std::shared_ptr<async_call> dispatch::run() {
  std::exception_ptr thrown;
  if (is_checked_ || (check_right() && read_meta())) {
    try {
      invoke();
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  if (detached_) {
    if (!thrown && detached_->goes_on()) return std::move(detached_);
    detached_->ended(thrown);
    return nullptr;
  }
  if (thrown) fail(to_error(thrown, method_.name, owner_.shared().log));
  if (is_notification()) settle(where_);
  return nullptr;
}

void dispatch::invoke() {
  const bool has_key = !idempotency_key_.empty() && !is_notification();
  has_key ? join_by_key() : method_.invoke(*this);
}

/// The call waits for the one run of its key.
void dispatch::join_by_key() {
  const auto waiting = detach_call();
  if (!waiting) return;
  waiting->go_on();
  environment& shared = owner_.shared();
  const keyed_calls::name which{where_.to->who()->name, method_.name, idempotency_key_};
  const auto executor = shared.executor;
  const auto told = [waiting, executor](const shared_outcome& outcome) {
    boost::asio::post(executor, [waiting, outcome] { waiting->take_outcome(*outcome); });
  };
  const auto cancel = [&owner = owner_, executor, which] {
    boost::asio::post(executor, [&owner, which] { owner.cancel_keyed_run(which); });
  };
  const auto ticket = shared.keyed.join(which, distinction(element_), shared.now(), told, cancel);
  using standing = keyed_calls::standing;
  if (ticket.where == standing::conflict) {
    waiting->fail(error{error_kind::conflict, "the key was used with other params"});
    return waiting->ended(nullptr);
  }
  if (ticket.where == standing::full) {
    waiting->fail(busy("too many calls with keys run").limit("maxKeyedCalls"));
    return waiting->ended(nullptr);
  }
  waiting->on_interrupt([&keyed = shared.keyed, which, ticket, waiting = waiting.get()] {
    waiting->was_cancelled_by_caller() ? keyed.leave_and_cancel(which, ticket.number)
                                       : keyed.leave(which, ticket.number);
    waiting->ended(nullptr);
  });
  if (ticket.where == standing::first) run_by_key(owner_.begin_keyed_run(which, where_.to->who()));
}

void dispatch::run_by_key(keyed_run& run) {
  dispatch inner{owner_, method_, element_, run.make_destination(where_.as), {}};
  inner.is_checked_ = true;
  inner.run();
}

bool dispatch::check_right() {
  const std::string& needed = method_.info.scope;
  if (needed.empty()) return true;
  const auto& scopes = where_.to->who()->scopes;
  const bool has_right = std::any_of(
      scopes.begin(), scopes.end(),
      [&needed](const std::string& scope) { return scope == needed || scope == "admin"; });
  if (!has_right) {
    fail(error{error_kind::forbidden, "the method needs the scope \"" + needed + "\""});
  }
  return has_right;
}

bool dispatch::read_meta() {
  if (!element_.params) return true;
  const auto meta = codec::find_member(*element_.params, "_meta");
  if (!meta) return true;
  call_meta given;
  if (auto outcome = codec::decode(*meta, describe<call_meta>(), &given); !outcome) {
    error reason = outcome.error();
    reason.at("/_meta" + reason.pointer().value_or(""));
    fail(reason);
    return false;
  }
  if (given.timeout_ms) timeout_ = std::chrono::milliseconds{*given.timeout_ms};
  credit_ = given.credit;
  if (given.idempotency_key) idempotency_key_ = std::move(*given.idempotency_key);
  if (idempotency_key_.size() > max_key_bytes) {
    fail(error{error_kind::invalid_params, "expected at most 256 bytes"}.at(
        "/_meta/idempotencyKey"));
    return false;
  }
  if (given.format && !where_.group && where_.choice != format_choice::imposed) {
    where_.as = *given.format == wire_format::json ? format::json : format::msgpack;
    where_.choice = format_choice::fixed;
  }
  return true;
}

bool dispatch::read_params(const type_description* type, void* into) {
  const auto outcome = [&]() -> result<void> {
    if (!element_.params) return codec::check_absent_params(type);
    if (type == nullptr) return codec::check_no_params(*element_.params);
    return codec::decode_params(*element_.params, *type, into,
                                method_.info.takes_unknown_members
                                    ? codec::unknown_members::ignored
                                    : codec::unknown_members::refused);
  }();
  if (!outcome) fail(outcome.error());
  return outcome.has_value();
}

void dispatch::finish(const type_description* type, const void* value) {
  if (is_notification() || answered_) return;
  answered_ = true;
  count(answer_result(where_, owner_.shared().limits, element_.id, type, value));
}

void dispatch::fail(const error& reason) {
  if (is_notification() || answered_) return;
  answered_ = true;
  owner_.shared().counts.failed_calls.add();
  answer_error(where_, element_.id, reason);
  count(reason.kind());
}

void dispatch::count(call_ending how) {
  if (where_.is_counted) owner_.shared().count_call(method_.number, how);
}

std::shared_ptr<detail::running_call> dispatch::detach() {
  return detach_call();
}

std::shared_ptr<async_call> dispatch::detach_call() {
  environment& shared = owner_.shared();
  if (where_.to->running_count() >= shared.limits.max_calls_in_flight) {
    fail(busy("too many calls are in flight").limit("maxCallsInFlight"));
    return nullptr;
  }
  const auto expects =
      is_notification() ? async_call::answering::silent : async_call::answering::answered;
  detached_ = std::make_shared<async_call>(shared, method_, where_, expects, element_.id);
  detached_->start(timeout_, credit_);
  return detached_;
}

}  // namespace sidewire::rpc
