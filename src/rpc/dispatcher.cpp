#include "rpc/dispatcher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

#include "codec/decode.hpp"
#include "rpc/client_requests.hpp"
#include "rpc/dispatch.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace {

constexpr std::string_view credit_method = "$/credit";
constexpr std::string_view authenticate_method = "auth.authenticate";
constexpr std::string_view nested_method = "batch.execute";

/// How long the memory of a large message is kept for the next one.
constexpr std::chrono::seconds memory_kept_for{1};

/// `$/credit`, beside its token.
struct credit_params {
  std::uint32_t n = 0;
};
BOOST_DESCRIBE_STRUCT(credit_params, (), (n))

error not_authenticated() {
  return error{error_kind::not_authenticated, "call auth.authenticate with a token first"};
}

}  // namespace

dispatcher::dispatcher(environment shared)
    : shared_{std::move(shared)},
      reader_{shared_.limits.max_depth},
      operation_reader_{shared_.limits.max_depth} {
  shared_.counts.by_method.begin(shared_.methods.size());
}

dispatcher::~dispatcher() {
  for (const auto& run : keyed_runs_) run->end_calls(nullptr);
}

received dispatcher::read(std::string_view text, format as) {
  received message{.outcome = reader_.read(text, as), .written_as = as, .text = text};
  message.is_batch = message.outcome && reader_.is_batch();
  if (message.is_single()) reader_.read_single(message.single);
  return message;
}

bool dispatcher::names(const received& message, std::string_view prefix) {
  if (!message.is_batch) return message.single.method.starts_with(prefix);
  bool found = false;
  reader_.each(
      [&](const codec::incoming& element) { found = found || element.method.starts_with(prefix); });
  return found;
}

void dispatcher::run(caller& from, const received& message) {
  const format as = message.written_as;
  from.record(shared_.traffic, recorded_direction::in, as, message.text);
  if (!message.outcome) {
    answer_error({.to = &from, .as = as}, {}, message.outcome.error());
  } else if (message.is_batch) {
    run_batch(from, as, message.idempotency_key);
  } else {
    run(message.single, {.to = &from, .as = as}, message.idempotency_key);
  }
  release_later(message.text.size());
}

/// One large message after the other would have the system give the same memory anew each time,
/// which takes longer than reading them.
void dispatcher::release_later(std::size_t message_bytes) {
  if (message_bytes <= codec::reader::kept_message_bytes) return;
  last_large_ = shared_.now();
  if (!release_.is_set()) shared_.timers.set(release_, last_large_ + memory_kept_for);
}

void dispatcher::release(base::time_point now) {
  if (now < last_large_ + memory_kept_for) {
    return shared_.timers.set(release_, last_large_ + memory_kept_for);
  }
  reader_.release();
}

void dispatcher::run_batch(caller& from, format as, std::string_view idempotency_key) {
  const destination alone{.to = &from, .as = as};
  if (!idempotency_key.empty()) {
    return answer_error(alone, {},
                        error{error_kind::invalid_request, "a batch has no idempotency key"});
  }
  if (reader_.size() == 0) {
    return answer_error(alone, {},
                        error{error_kind::invalid_request, "expected a batch of at least one"});
  }
  if (reader_.size() > shared_.limits.max_batch) {
    return answer_error(
        alone, {},
        error{error_kind::limit_exceeded,
              "expected at most " + std::to_string(shared_.limits.max_batch) + " calls in a batch"}
            .limit("maxBatch"));
  }
  const auto group = std::make_shared<gathering>(gathering::shape::responses, as, reader_.size(),
                                                 [&from, as](gathering& done) {
                                                   if (done.missing_count() != 0) return;
                                                   if (!done.empty()) {
                                                     done.write(from.begin_message(as));
                                                     from.end_message();
                                                   }
                                                   for (const auto& then : done.take_when_written())
                                                     then();
                                                   from.settled();
                                                 });
  std::size_t slot = 0;
  reader_.each([&](const codec::incoming& element) {
    run(element, {.to = &from, .as = as, .group = group, .slot = slot++});
  });
}

void dispatcher::run(const codec::incoming& element, destination where,
                     std::string_view idempotency_key) {
  using kind = codec::incoming_kind;
  caller& from = *where.to;
  switch (element.kind) {
    case kind::invalid:
      return answer_error(where, element.id,
                          error{error_kind::invalid_request, std::string{element.problem}});
    case kind::response:
      if (client_requests* const asked = from.requests()) asked->take(element);
      return settle(where);
    case kind::request:
      shared_.counts.calls.add();
      if (draining_) return refuse(element, where, busy("the server ends"));
      break;
    case kind::notification:
      shared_.counts.notifications.add();
      break;
  }
  if (!from.who() && element.method != authenticate_method) {
    return refuse(element, where, not_authenticated());
  }
  if (element.kind == kind::notification && element.method == cancel_method) {
    cancel_call(from, element);
    return settle(where);
  }
  if (element.kind == kind::notification && element.method == credit_method) {
    give_credit(from, element);
    return settle(where);
  }
  if (element.kind == kind::request && element.id.kind != protocol::id_kind::null &&
      from.find(element.id) != nullptr) {
    return refuse(element, where,
                  error{error_kind::invalid_request, "a call with this id is still in flight"});
  }
  call(element, std::move(where), idempotency_key);
}

std::shared_ptr<async_call> dispatcher::call(const codec::incoming& element, destination where,
                                             std::string_view idempotency_key) {
  const method* what = shared_.methods.find(element.method);
  if (what == nullptr) {
    refuse(element, where,
           error{error_kind::method_not_found, "no such method; rpc.discover lists them"});
    return nullptr;
  }
  return dispatch{*this, *what, element, std::move(where), idempotency_key}.run();
}

void dispatcher::refuse(const codec::incoming& element, const destination& where,
                        const error& reason) {
  if (element.kind == codec::incoming_kind::notification) return settle(where);
  shared_.counts.failed_calls.add();
  answer_error(where, element.id, reason);
  shared_.count_call(shared_.methods.number_of(element.method), reason.kind());
}

/// As the request that would have said the same.
void dispatcher::record_call(caller& from, std::string_view method, std::string_view params) {
  if (shared_.traffic == nullptr) return;
  base::buffer text;
  codec::write_request(text, format::json, {}, method, json_view{params, format::json});
  from.record(shared_.traffic, recorded_direction::in, format::json, text.view());
}

void dispatcher::run_call(caller& from, std::string_view method, std::string_view params,
                          std::string_view idempotency_key) {
  const destination where{.to = &from, .choice = format_choice::imposed};
  codec::incoming element;
  element.kind = codec::incoming_kind::request;
  element.method = method;
  record_call(from, method, params);
  shared_.counts.calls.add();
  if (draining_) return refuse(element, where, busy("the server ends"));
  if (!params.empty()) {
    release_later(params.size());
    if (const auto outcome = reader_.read(params, format::json); !outcome) {
      return refuse(element, where, outcome.error());
    }
    if (!codec::may_be_params(reader_.root())) {
      return refuse(element, where,
                    error{error_kind::invalid_request, std::string{codec::params_expected}});
    }
    element.params = reader_.root();
  }
  call(element, where, idempotency_key);
}

std::shared_ptr<async_call> dispatcher::run_operation(std::string_view method,
                                                      const std::optional<json>& params,
                                                      destination where) {
  codec::incoming element;
  element.kind = codec::incoming_kind::request;
  element.method = method;
  shared_.counts.calls.add();
  // Of a turn of its own, nobody else says when it begins and ends.
  shared_.now();
  const auto running = run_operation_now(element, params, std::move(where));
  shared_.now();
  return running;
}

std::shared_ptr<async_call> dispatcher::run_operation_now(codec::incoming& element,
                                                          const std::optional<json>& params,
                                                          destination where) {
  if (element.method == nested_method) {
    refuse(element, where,
           error{error_kind::invalid_request, "batch.execute cannot run batch.execute"});
    return nullptr;
  }
  if (!params) return call(element, std::move(where));
  base::buffer text;
  text.append(params->text());
  std::shared_ptr<async_call> running;
  if (const auto outcome = operation_reader_.read(text.view(), params->written_as()); !outcome) {
    refuse(element, where, outcome.error());
  } else if (!codec::may_be_params(operation_reader_.root())) {
    refuse(element, where, error{error_kind::invalid_request, std::string{codec::params_expected}});
  } else {
    element.params = operation_reader_.root();
    running = call(element, std::move(where));
  }
  operation_reader_.release_if_large(text.size());
  return running;
}

keyed_run& dispatcher::begin_keyed_run(keyed_calls::name which,
                                       std::shared_ptr<const principal> who) {
  keyed_runs_.push_back(std::make_shared<keyed_run>(*this, std::move(which), std::move(who)));
  return *keyed_runs_.back();
}

void dispatcher::cancel_keyed_run(const keyed_calls::name& which) {
  const error reason{error_kind::request_cancelled, "the call was cancelled"};
  for (const auto& run : std::vector{keyed_runs_}) {
    if (run->which() == which) run->end_calls(&reason);
  }
}

void dispatcher::keyed_run_ended(keyed_run& ended, shared_outcome outcome) {
  const auto found = std::ranges::find(keyed_runs_, &ended, &std::shared_ptr<keyed_run>::get);
  // It is in the midst of its call.
  boost::asio::post(shared_.executor, [kept = std::move(*found)] {});
  keyed_runs_.erase(found);
  shared_.keyed.complete(ended.which(), std::move(outcome), shared_.now());
}

void dispatcher::give_credit(caller& from, const codec::incoming& request) {
  if (!request.params) return;
  const auto token = codec::read_id_member(*request.params, "token");
  credit_params given;
  if (!token || !codec::decode(*request.params, describe<credit_params>(), &given)) return;
  if (async_call* running = from.find(*token)) running->add_credit(given.n);
}

void dispatcher::cancel_call(caller& from, const codec::incoming& request) {
  if (!request.params) return;
  const auto id = codec::read_id_member(*request.params, "id");
  if (!id) return;
  if (async_call* running = from.find(*id)) {
    running->shared_from_this()->cancel(
        error{error_kind::request_cancelled, "the call was cancelled"});
  }
}

}  // namespace sidewire::rpc
