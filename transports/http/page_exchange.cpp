#include "transports/http/page_exchange.hpp"

#include "rest/metrics_text.hpp"

namespace sidewire::http {

void page_exchange::begin(std::string&) {
  switch (asked_) {
    case action::health: {
      std::string body = R"({"status":"ok","protocol":"sidewire/1","instance":")";
      body += site_.instance;
      body += "\"}";
      return to_.respond({.body = body});
    }
    case action::readiness:
      if (!site_.draining) return to_.respond({.body = R"({"status":"ready"})"});
      return to_.respond(
          {.status = 503, .body = R"({"status":"draining"})", .headers = {{"Retry-After", "1"}}});
    case action::openrpc:
      return to_.respond({.body = site_.openrpc});
    case action::openapi:
      return to_.respond({.body = site_.openapi});
    case action::metrics: {
      const std::string text = site_.metrics();
      return to_.respond({.type = rest::metrics_type, .body = text});
    }
    default:
      return answer_preflight();
  }
}

void page_exchange::answer_preflight() {
  response answer{
      .status = 204,
      .headers = {{"Access-Control-Allow-Methods", "GET, POST, DELETE"},
                  {"Access-Control-Allow-Headers",
                   "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, "
                   "Sidewire-Client, Sidewire-Formats, Sidewire-Received, Sidewire-Requests, "
                   "Sidewire-Session"},
                  {"Access-Control-Max-Age", "600"}}};
  if (to_.request().asks_private_network) {
    answer.headers.push_back({"Access-Control-Allow-Private-Network", "true"});
  }
  to_.respond(answer);
}

}  // namespace sidewire::http
