#include "rpc/dispatch.hpp"

#include <algorithm>
#include <cstdint>

#include "codec/decode.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace {

enum class wire_format : std::uint8_t { json, msgpack };
BOOST_DESCRIBE_ENUM(wire_format, json, msgpack)

/// The member `_meta` of params, as far as it concerns a call without a session.
struct call_meta {
  std::optional<std::uint32_t> timeout_ms;
  std::optional<wire_format> format;
};
BOOST_DESCRIBE_STRUCT(call_meta, (), (timeout_ms, format))

}  // namespace

dispatch::dispatch(dispatcher& owner, const method& what, const codec::incoming& element,
                   destination where)
    : owner_{owner}, method_{what}, element_{element}, where_{std::move(where)} {}

std::shared_ptr<async_call> dispatch::run() {
  std::exception_ptr thrown;
  if (check_right() && read_meta()) {
    try {
      method_.invoke(*this);
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
  if (given.format && !where_.group) {
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
  answer_result(where_, owner_.shared().limits, element_.id, type, value);
}

void dispatch::fail(const error& reason) {
  if (is_notification() || answered_) return;
  answered_ = true;
  counters::add(owner_.shared().counts.failed_calls);
  answer_error(where_, element_.id, reason);
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
  detached_->start(timeout_);
  return detached_;
}

}  // namespace sidewire::rpc
