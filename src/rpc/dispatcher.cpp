#include "rpc/dispatcher.hpp"

#include <utility>

#include "codec/decode.hpp"
#include "rpc/dispatch.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace {

constexpr std::string_view cancel_method = "$/cancelRequest";
constexpr std::string_view authenticate_method = "auth.authenticate";
constexpr std::string_view nested_method = "batch.execute";

error not_authenticated() {
  return error{error_kind::not_authenticated, "call auth.authenticate with a token first"};
}

}  // namespace

dispatcher::dispatcher(environment shared)
    : shared_{std::move(shared)},
      reader_{shared_.limits.max_depth},
      operation_reader_{shared_.limits.max_depth} {}

void dispatcher::handle(caller& from, std::string_view text, format as) {
  if (const auto outcome = reader_.read(text, as); !outcome) {
    answer_error({.to = &from, .as = as}, {}, outcome.error());
  } else if (reader_.is_batch()) {
    handle_batch(from, as);
  } else {
    reader_.each([&](const codec::incoming& element) { run(element, {.to = &from, .as = as}); });
  }
  reader_.release_if_large(text.size());
}

void dispatcher::handle_batch(caller& from, format as) {
  const destination alone{.to = &from, .as = as};
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
                                                 [&from, as](const gathering& done) {
                                                   if (done.missing_count() != 0) return;
                                                   if (!done.empty()) {
                                                     done.write(from.begin_message(as));
                                                     from.end_message();
                                                   }
                                                   from.settled();
                                                 });
  std::size_t slot = 0;
  reader_.each([&](const codec::incoming& element) {
    run(element, {.to = &from, .as = as, .group = group, .slot = slot++});
  });
}

std::shared_ptr<async_call> dispatcher::run(const codec::incoming& element, destination where) {
  using kind = codec::incoming_kind;
  caller& from = *where.to;
  const bool is_request = element.kind == kind::request;
  if (element.kind == kind::invalid) {
    answer_error(where, element.id,
                 error{error_kind::invalid_request, std::string{element.problem}});
    return nullptr;
  }
  if (element.kind == kind::response) {  // to a request that was never made
    settle(where);
    return nullptr;
  }
  counters::add(is_request ? shared_.counts.calls : shared_.counts.notifications);
  const auto refuse = [&](const error& reason) {
    if (!is_request) return settle(where);
    counters::add(shared_.counts.failed_calls);
    answer_error(where, element.id, reason);
  };
  if (draining_ && is_request) {
    refuse(busy("the server ends"));
  } else if (!from.who() && element.method != authenticate_method) {
    refuse(not_authenticated());
  } else if (!is_request && element.method == cancel_method) {
    cancel_call(from, element);
    settle(where);
  } else if (is_request && element.id.kind != protocol::id_kind::null &&
             from.find(element.id) != nullptr) {
    refuse(error{error_kind::invalid_request, "a call with this id is still in flight"});
  } else if (const method* what = shared_.methods.find(element.method)) {
    return dispatch{*this, *what, element, std::move(where)}.run();
  } else {
    refuse(error{error_kind::method_not_found, "no such method; rpc.discover lists them"});
  }
  return nullptr;
}

std::shared_ptr<async_call> dispatcher::run_operation(std::string_view method, json_view params,
                                                      destination where) {
  codec::incoming element;
  element.kind = codec::incoming_kind::request;
  element.method = method;
  operation_text_.clear();
  operation_text_.append(params.text());
  operation_text_.prepare(0);
  if (const auto outcome = operation_reader_.read(operation_text_.view(), params.written_as());
      !outcome) {
    answer_error(where, {}, outcome.error());
    return nullptr;
  }
  element.params = operation_reader_.root();
  if (method == nested_method) {
    answer_error(where, {},
                 error{error_kind::invalid_request, "batch.execute cannot run batch.execute"});
    return nullptr;
  }
  return run(element, std::move(where));
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
