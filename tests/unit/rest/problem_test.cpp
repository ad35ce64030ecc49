#include "rest/problem.hpp"

#include <doctest/doctest.h>

#include "base/buffer.hpp"
#include "codec/encode.hpp"

namespace sidewire::rest {

TEST_CASE("a problem says what the JSON-RPC error says") {
  error reason{error_kind::invalid_params, "expected an integer"};
  reason.at("/count");
  base::buffer out;
  codec::encode(out, format::json, problem_of(reason));
  CHECK(out.view() ==
        R"({"type":"urn:sidewire:error:invalid_params",)"
        R"("title":"The params do not fit the method; `data.pointer` says which.","status":400,)"
        R"("detail":"expected an integer","code":-32602,"kind":"invalid_params",)"
        R"("data":{"kind":"invalid_params","retryable":false,"pointer":"/count"}})");
}

TEST_CASE("each kind of error has its status") {
  CHECK(status_of(error_kind::parse_error) == 400);
  CHECK(status_of(error_kind::invalid_request) == 400);
  CHECK(status_of(error_kind::invalid_params) == 400);
  CHECK(status_of(error_kind::not_authenticated) == 401);
  CHECK(status_of(error_kind::forbidden) == 403);
  CHECK(status_of(error_kind::method_not_found) == 404);
  CHECK(status_of(error_kind::not_found) == 404);
  CHECK(status_of(error_kind::conflict) == 409);
  CHECK(status_of(error_kind::request_too_large) == 413);
  CHECK(status_of(error_kind::application) == 422);
  CHECK(status_of(error_kind::limit_exceeded) == 429);
  CHECK(status_of(error_kind::rate_limited) == 429);
  CHECK(status_of(error_kind::server_busy) == 503);
  CHECK(status_of(error_kind::unavailable) == 503);
  CHECK(status_of(error_kind::deadline_exceeded) == 504);
  for (const auto rest : {error_kind::internal_error, error_kind::response_too_large,
                          error_kind::outcome_unknown, error_kind::request_cancelled}) {
    CHECK(status_of(rest) == 500);
  }
}

TEST_CASE("a time to wait is told in whole seconds, none too few") {
  using namespace std::chrono_literals;
  error reason{error_kind::server_busy, "busy"};
  CHECK(!retry_after(reason));
  CHECK(retry_after(reason.retry_after(1ms)) == 1s);
  CHECK(retry_after(reason.retry_after(1000ms)) == 1s);
  CHECK(retry_after(reason.retry_after(1001ms)) == 2s);
  CHECK(problem_of(reason).data.retry_after_ms == 1001U);
}

}  // namespace sidewire::rest
