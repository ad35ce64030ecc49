#include "transports/http/rest_exchange.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "codec/encode.hpp"
#include "rest/problem.hpp"
#include "rest/query.hpp"
#include "security/digest.hpp"
#include "transports/http/dashboards_exchange.hpp"
#include "transports/http/response_encoder.hpp"
#include "transports/http/rest_call.hpp"
#include "transports/http/topic_stream.hpp"

namespace sidewire::http {

namespace {

/// What is answered at once: a refusal, or the methods of a path.
class immediate_exchange final : public exchange {
 public:
  immediate_exchange(responder& to, std::shared_ptr<const rest::plan> plan)
      : to_{to}, plan_{std::move(plan)} {}

  void begin(std::string&) override {
    if (const auto* why = std::get_if<rest::refusal>(plan_.get())) {
      return respond_problem(to_, why->reason, why->status, why->allow);
    }
    to_.respond(
        {.status = 204, .headers = {{"Allow", std::get<rest::listed_methods>(*plan_).allow}}});
  }
  void on_drain_deadline() override {}

 private:
  responder& to_;
  std::shared_ptr<const rest::plan> plan_;
};

}  // namespace

std::unique_ptr<exchange> make_rest_exchange(responder& to, site& where, const decision& made) {
  const rest::plan& plan = *made.rest_plan;
  if (const auto* several = std::get_if<rest::several_dashboards>(&plan)) {
    return std::make_unique<dashboards_exchange>(to, where, made.who, several->services);
  }
  if (const auto* stream = std::get_if<rest::topic_stream>(&plan)) {
    return std::make_unique<topic_stream>(to, where, made.who, stream->asked);
  }
  if (std::holds_alternative<rest::refusal>(plan) ||
      std::holds_alternative<rest::listed_methods>(plan)) {
    return std::make_unique<immediate_exchange>(to, made.rest_plan);
  }
  return std::make_unique<rest_call>(to, where.dispatcher, made.who, made.rest_plan);
}

void respond_problem(responder& to, const error& reason, unsigned status, std::string_view allow) {
  base::buffer body;
  codec::encode(body, format::json, rest::problem_of(reason, static_cast<std::uint16_t>(status)));
  response answer{.status = status, .type = rest::problem_type, .body = body.view()};
  if (!allow.empty()) answer.headers.push_back({"Allow", allow});
  std::string wait;
  if (const auto after = rest::retry_after(reason)) {
    wait = std::to_string(after->count());
    answer.headers.push_back({"Retry-After", wait});
  }
  to.respond(answer);
}

void respond_problem(responder& to, const error& reason) {
  respond_problem(to, reason, rest::status_of(reason.kind()));
}

void respond_result(responder& to, std::string_view body, validation kept) {
  if (kept == validation::none) return to.respond({.body = body});
  const std::string etag = '"' + security::digest_text(body) + '"';
  const bool is_known = has_answer(to.request().if_none_match, etag);
  to.respond({.status = is_known ? 304U : 200U,
              .body = is_known ? std::string_view{} : body,
              .cache_control = "no-cache",
              .headers = {{"ETag", etag}}});
}

}  // namespace sidewire::http
