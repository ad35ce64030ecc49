#include "rest/problem.hpp"

#include "rpc/openrpc_errors.hpp"

namespace sidewire::rest {

std::uint16_t status_of(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::parse_error:
    case error_kind::invalid_request:
    case error_kind::invalid_params:
      return 400;
    case error_kind::not_authenticated:
      return 401;
    case error_kind::forbidden:
      return 403;
    case error_kind::method_not_found:
    case error_kind::not_found:
      return 404;
    case error_kind::conflict:
      return 409;
    case error_kind::request_too_large:
      return 413;
    case error_kind::application:
      return 422;
    case error_kind::limit_exceeded:
    case error_kind::rate_limited:
      return 429;
    case error_kind::server_busy:
    case error_kind::unavailable:
      return 503;
    case error_kind::deadline_exceeded:
      return 504;
    case error_kind::internal_error:
    case error_kind::response_too_large:
    case error_kind::outcome_unknown:
    case error_kind::request_cancelled:
      break;
  }
  return 500;
}

problem problem_of(const error& reason, std::uint16_t status) {
  const std::string kind{name_of(reason.kind())};
  problem made{.type = "urn:sidewire:error:" + kind,
               .title = std::string{rpc::meaning_of(reason.kind())},
               .status = status,
               .detail = reason.message(),
               .code = reason.code(),
               .kind = kind,
               .data = {.kind = kind,
                        .retryable = is_retryable(reason.kind()),
                        .pointer = reason.pointer(),
                        .limit = reason.limit(),
                        .details = reason.details()}};
  if (const auto wait = reason.retry_after()) {
    made.data.retry_after_ms = static_cast<std::uint64_t>(wait->count());
  }
  return made;
}

std::optional<std::chrono::seconds> retry_after(const error& reason) noexcept {
  if (!reason.retry_after()) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*reason.retry_after());
}

}  // namespace sidewire::rest
