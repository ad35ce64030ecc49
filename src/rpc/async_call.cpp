#include "rpc/async_call.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <limits>
#include <utility>

#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "rpc/caller_handle.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace asio = boost::asio;

async_call::async_call(environment& shared, const sidewire::method& what, destination where,
                       answering expects, const protocol::id_view& id)
    : shared_{shared},
      method_{what},
      where_{std::move(where)},
      id_{id},
      who_{where_.to->who()},
      began_{shared.counts.by_method.latest()},
      expects_{expects} {}

async_call::~async_call() = default;

void async_call::start(std::optional<std::chrono::milliseconds> timeout,
                       std::optional<std::uint64_t> credit) {
  credit_ = credit;
  rpc::caller& owner = *where_.to;
  if (!owner.calls_) owner.calls_ = std::make_unique<rpc::caller::calls>();
  owner.calls_->all.push_back(shared_from_this());
  ++owner.running_count_;
  if (expects_ == answering::answered && id_.view().kind != protocol::id_kind::null) {
    owner.calls_->by_id.emplace(id_.view(), this);
  }
  entered_ = true;
  shared_.counts.calls_in_flight.add();
  if (timeout) {
    deadline_ = shared_.now() + *timeout;
    shared_.timers.set(*this, *deadline_);
  }
}

void async_call::ended(const std::exception_ptr& reason) {
  const auto self = shared_from_this();
  if (reason) fail_with(reason);
  if (!answered_) {
    shared_.log.log(base::log_level::error, "a method ended without an answer",
                    {{"method", std::string_view{method_.name}}});
    fail(internal_error());
  }
  if (!entered_) return;
  entered_ = false;
  if (expects_ == answering::silent && where_.to != nullptr) settle(where_);
  timer::cancel();
  shared_.counts.calls_in_flight.subtract();
  if (where_.to == nullptr) return;
  --where_.to->running_count_;
  auto& all = where_.to->calls_->all;
  std::erase(all, self);
  if (all.empty()) where_.to->calls_ended();
}

void async_call::cancel(const error& reason) {
  cancelled_with_ = reason.kind();
  fail(reason);
  interrupt();
}

void async_call::count(call_ending how) {
  if (expects_ == answering::silent || !where_.is_counted) return;
  shared_.counts.by_method.ended(method_.number, how, shared_.now() - began_);
}

void async_call::abandon() {
  if (!answered_) count(error_kind::request_cancelled);
  answered_ = true;
  where_.to = nullptr;
  where_.group.reset();
}

void async_call::interrupt() {
  const auto self = shared_from_this();
  timer::cancel();
  cancelled_.store(true, std::memory_order_relaxed);
  if (on_interrupt_) return std::exchange(on_interrupt_, nullptr)();
  // In a turn of its own: a coroutine that is told while it runs, by what it does itself, would
  // throw out of Asio's frame around it and end the shard.
  asio::post(shared_.executor, [self] { self->signal_.emit(asio::cancellation_type::terminal); });
}

void async_call::wake() {
  if (room_) room_->cancel();
}

void async_call::expired(base::time_point) {
  cancel(error{error_kind::deadline_exceeded, "the call took longer than its timeoutMs"});
}

bool async_call::take_answer() {
  if (answered_) return false;
  answered_ = true;
  timer::cancel();
  if (where_.to->calls_) {
    const auto found = where_.to->calls_->by_id.find(id_.view());
    if (found != where_.to->calls_->by_id.end() && found->second == this) {
      where_.to->calls_->by_id.erase(found);
    }
  }
  return expects_ == answering::answered;
}

void async_call::finish(const type_description* type, const void* value) {
  if (!take_answer()) return;
  const bool streamed = progress_goes() == progress_route::gathered &&
                        (method_.progress != nullptr || items_.count != 0);
  count(
      answer_result(where_, shared_.limits, id_.view(), type, value, streamed ? &items_ : nullptr));
}

void async_call::fail(const error& reason) {
  if (!take_answer()) return;
  shared_.counts.failed_calls.add();
  answer_error(where_, id_.view(), reason);
  count(reason.kind());
}

void async_call::fail_with(const std::exception_ptr& reason) {
  if (answered_) return;
  fail(to_error(reason, method_.name, shared_.log));
}

void async_call::spawn(awaitable<void> work) {
  goes_on_ = true;
  const auto self = shared_from_this();
  asio::co_spawn(
      shared_.executor, std::move(work),
      asio::bind_cancellation_slot(
          signal_.slot(), [self](const std::exception_ptr& reason) { self->ended(reason); }));
}

void async_call::run_on_worker(std::function<std::function<void()>()> work) {
  const auto taken = shared_.workers.try_post(
      [self = shared_from_this(), executor = shared_.executor, work = std::move(work)]() mutable {
        std::function<void()> answer;
        std::exception_ptr reason;
        try {
          if (!self->cancelled()) answer = work();
        } catch (...) {
          reason = std::current_exception();
        }
        work = nullptr;
        asio::post(executor, [self = std::move(self), answer = std::move(answer),
                              reason = std::move(reason)] {
          if (answer) answer();
          self->ended(reason);
        });
      });
  if (taken == worker_pool::outcome::taken) {
    goes_on_ = true;
  } else {
    fail(busy("too many calls wait for a worker"));
  }
}

async_call::progress_route async_call::progress_goes() const noexcept {
  const bool has_no_id = where_.group && where_.group->writes() == gathering::shape::outcomes;
  if (where_.to == nullptr || expects_ == answering::silent || has_no_id)
    return progress_route::nowhere;
  return where_.to->delivery() == progress_delivery::gathered ? progress_route::gathered
                                                              : progress_route::notified;
}

awaitable<void> async_call::send_progress(const type_description& type, const void* value) {
  const progress_route route = answered_ ? progress_route::nowhere : progress_goes();
  if (route == progress_route::gathered) gather(type, value);
  if (route != progress_route::notified) return go_on_unless_cancelled();
  const format as = format_for(where_, &type);
  base::buffer message;
  codec::write_progress(message, as, id_.view(), type, value);
  if (!may_send_progress()) return send_later(std::move(message), as);
  send_item(message.view(), as);
  return go_on_unless_cancelled();
}

bool async_call::may_send_progress() const noexcept {
  return credit_ != 0U && where_.to->has_room();
}

void async_call::send_item(std::string_view message, format as) {
  if (credit_) --*credit_;
  where_.to->begin_message(as).append(message);
  where_.to->end_message();
}

awaitable<void> async_call::send_later(base::buffer message, format as) {
  const auto self = shared_from_this();
  while (!cancelled() && !may_send_progress()) {
    if (!room_) room_.emplace(shared_.executor);
    room_->expires_at(base::time_point::max());
    boost::system::error_code woken;
    co_await room_->async_wait(
        asio::redirect_error(asio::use_awaitable_t<asio::io_context::executor_type>{}, woken));
  }
  if (cancelled()) throw boost::system::system_error{asio::error::operation_aborted};
  send_item(message.view(), as);
}

awaitable<void> async_call::go_on_unless_cancelled() {
  if (cancelled()) throw boost::system::system_error{asio::error::operation_aborted};
  co_return;
}

std::shared_ptr<sidewire::peer> async_call::peer() {
  return where_.to != nullptr ? where_.to->as_peer() : caller_handle::of_nobody();
}

void async_call::add_credit(std::uint64_t count) {
  if (!credit_) return;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  *credit_ += std::min(count, most - *credit_);
  wake();
}

void async_call::take_outcome(const call_outcome& outcome) {
  if (!entered_) return;
  on_interrupt_ = nullptr;
  if (outcome.failure) {
    fail(*outcome.failure);
  } else {
    const json_view result{*outcome.result};
    finish(&describe<json_view>(), &result);
  }
  ended(nullptr);
}

void async_call::gather(const type_description& type, const void* value) {
  if (items_.count != 0) codec::write_separator(items_.encoded, where_.as);
  codec::encode(items_.encoded, where_.as, type, value);
  ++items_.count;
  if (items_.encoded.size() > shared_.limits.max_response_bytes) {
    cancel(error{error_kind::response_too_large, "the gathered items have too many bytes"}.limit(
        "maxResponseBytes"));
  }
}

}  // namespace sidewire::rpc
