#include <array>
#include <sidewire/error.hpp>

namespace sidewire {

namespace {

struct entry {
  error_kind kind;
  int code;
  std::string_view name;
  bool retryable;
};

constexpr std::array entries{
    entry{error_kind::parse_error, -32700, "parse_error", false},
    entry{error_kind::invalid_request, -32600, "invalid_request", false},
    entry{error_kind::method_not_found, -32601, "method_not_found", false},
    entry{error_kind::invalid_params, -32602, "invalid_params", false},
    entry{error_kind::internal_error, -32603, "internal_error", false},
    entry{error_kind::deadline_exceeded, -32020, "deadline_exceeded", true},
    entry{error_kind::not_authenticated, -32021, "not_authenticated", false},
    entry{error_kind::forbidden, -32022, "forbidden", false},
    entry{error_kind::not_found, -32023, "not_found", false},
    entry{error_kind::limit_exceeded, -32024, "limit_exceeded", false},
    entry{error_kind::rate_limited, -32025, "rate_limited", true},
    entry{error_kind::request_too_large, -32026, "request_too_large", false},
    entry{error_kind::response_too_large, -32027, "response_too_large", false},
    entry{error_kind::server_busy, -32028, "server_busy", true},
    entry{error_kind::unavailable, -32029, "unavailable", true},
    entry{error_kind::conflict, -32030, "conflict", false},
    entry{error_kind::outcome_unknown, -32031, "outcome_unknown", false},
    entry{error_kind::request_cancelled, -32800, "request_cancelled", false},
    entry{error_kind::application, 0, "application", false},
};

constexpr bool in_order() {
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (static_cast<std::size_t>(entries[at].kind) != at) return false;
  }
  return true;
}
static_assert(in_order(), "entries are looked up by their kind");

const entry& entry_of(error_kind kind) {
  return entries[static_cast<std::size_t>(kind)];
}

}  // namespace

int code_of(error_kind kind) noexcept {
  return entry_of(kind).code;
}
std::string_view name_of(error_kind kind) noexcept {
  return entry_of(kind).name;
}
bool is_retryable(error_kind kind) noexcept {
  return entry_of(kind).retryable;
}

error_kind kind_of(int code) noexcept {
  for (const entry& known : entries) {
    if (known.code == code) return known.kind;
  }
  return error_kind::application;
}

}  // namespace sidewire
