#include "transports/http/rest_call.hpp"

#include <utility>
#include <variant>

#include "codec/read_error.hpp"
#include "rest/response_text.hpp"
#include "transports/http/rest_exchange.hpp"

namespace sidewire::http {

rest_call::rest_call(responder& to, rpc::dispatcher& dispatcher,
                     std::shared_ptr<const principal> who, std::shared_ptr<const rest::plan> plan)
    : calling_exchange{to, std::move(who)}, dispatcher_{dispatcher}, plan_{std::move(plan)} {}

rest_call::~rest_call() = default;

void rest_call::begin(std::string& body) {
  if (const auto* by_query = std::get_if<rest::call_by_query>(plan_.get())) {
    call(by_query->called->name, by_query->params);
  } else if (const auto* by_body = std::get_if<rest::call_by_body>(plan_.get())) {
    begin_with_body(by_body->called->name, body);
  } else {
    begin_action(std::get<rest::action_by_body>(*plan_).service, body);
  }
}

void rest_call::begin_with_body(std::string_view method, std::string_view body) {
  if (!rest::may_be_named_params(body)) {
    return respond_problem(to_,
                           error{error_kind::invalid_request, "expected a JSON object of params"});
  }
  dispatcher_.run_call(*this, method, body, to_.request().idempotency_key);
}

void rest_call::begin_action(const std::string& service, std::string_view body) {
  const auto named = rest::read_action(service, body);
  if (!named) return respond_problem(to_, named.error());
  if (!rest::may_be_named_params(named->params)) {
    error reason{error_kind::invalid_params, "expected an object"};
    return respond_problem(to_, reason.at("/params"));
  }
  call(named->method, named->params);
}

void rest_call::call(std::string_view method, std::string_view params) {
  base::buffer padded;
  padded.append(params);
  padded.prepare(0);
  dispatcher_.run_call(*this, method, padded.view(), to_.request().idempotency_key);
}

base::buffer& rest_call::begin_message(format) {
  if (answer_.capacity_bytes() == 0) answer_ = to_.channel().shared().buffers().take();
  answer_.clear();
  return answer_;
}

void rest_call::settled() {
  if (std::exchange(is_settled_, true)) return;
  record(dispatcher_.shared().traffic, rpc::recorded_direction::out, format::json, answer_.view());
  const rest::response_text answer = rest::read_response(answer_.view());
  if (answer.is_error) {
    respond_problem(to_, codec::read_error(json_view{answer.value, format::json}));
  } else {
    const bool is_safe = std::holds_alternative<rest::call_by_query>(*plan_);
    respond_result(to_, answer.value, is_safe ? validation::by_etag : validation::none);
  }
  to_.channel().shared().buffers().give_back(std::move(answer_));
}

}  // namespace sidewire::http
