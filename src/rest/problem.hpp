#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>

/// Errors as REST answers them: problem details (RFC 9457) that say what a JSON-RPC error says.
namespace sidewire::rest {

inline constexpr std::string_view problem_type = "application/problem+json";

/// What `data` of a JSON-RPC error is (PROTOCOL, section 9).
struct problem_data {
  std::string kind;
  bool retryable = false;
  std::optional<std::string> pointer = {};
  std::optional<std::string> limit = {};
  std::optional<std::uint64_t> retry_after_ms = {};
  std::optional<json> details = {};
};
BOOST_DESCRIBE_STRUCT(problem_data, (), (kind, retryable, pointer, limit, retry_after_ms, details))

struct problem {
  std::string type;   ///< `urn:sidewire:error:KIND`
  std::string title;  ///< what the kind means
  std::uint16_t status = 500;
  std::string detail;  ///< the error's message
  std::int32_t code = 0;
  std::string kind;
  problem_data data;
};
BOOST_DESCRIBE_STRUCT(problem, (), (type, title, status, detail, code, kind, data))

/// The HTTP status of an error (PROTOCOL, section 9).
std::uint16_t status_of(error_kind kind) noexcept;

problem problem_of(const error& reason, std::uint16_t status);
inline problem problem_of(const error& reason) {
  return problem_of(reason, status_of(reason.kind()));
}

/// The value of `Retry-After`: whole seconds, none too few. Nothing where the error names no time.
std::optional<std::chrono::seconds> retry_after(const error& reason) noexcept;

}  // namespace sidewire::rest
