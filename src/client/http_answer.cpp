#include "client/http_answer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/buffer.hpp"
#include "codec/read_error.hpp"
#include "codec/reader.hpp"
#include "protocol/close_code.hpp"

namespace sidewire::client {

namespace close_code = protocol::close_code;

namespace {

/// An error's body is a line of JSON: flat, and short.
constexpr std::size_t max_error_depth = 16;

std::optional<error> read_body(std::string_view body) {
  base::buffer text;
  text.append(body);
  codec::reader reader{max_error_depth};
  std::optional<error> told;
  if (text.empty() || !reader.read(text.view(), format::json)) return told;
  reader.each([&told](const codec::incoming& message) {
    if (message.failure) told = codec::read_error(*message.failure);
  });
  return told;
}

error_kind kind_of_status(unsigned status) {
  switch (status) {
    case 401:
      return error_kind::not_authenticated;
    case 403:
      return error_kind::forbidden;
    case 413:
      return error_kind::request_too_large;
    case 429:
      return error_kind::rate_limited;
    case 503:
      return error_kind::server_busy;
    default:
      return error_kind::unavailable;
  }
}

error_kind kind_of_close(unsigned code) {
  switch (code) {
    case 1013:
      return error_kind::server_busy;
    case 4005:
    case 4500:
      return error_kind::not_authenticated;
    case 4503:
      return error_kind::forbidden;
    default:
      return error_kind::unavailable;
  }
}

std::uint16_t close_code_of(unsigned status, const error& told) {
  switch (status) {
    case 400:
      return close_code::bad_request;
    case 401:
      return close_code::not_authenticated;
    case 403:
      return close_code::forbidden;
    case 409:
      return close_code::replaced;
    case 503:
      return told.retry_after() ? close_code::try_again_later : close_code::connection_limit;
    default:
      return 0;
  }
}

}  // namespace

error read_http_error(unsigned status, std::string_view body) {
  if (auto told = read_body(body)) return std::move(*told);
  return error{kind_of_status(status), "the server answered with HTTP status " +
                                           std::to_string(status) +
                                           " and no JSON-RPC error: is it a sidewire server?"};
}

connection_ending read_http_refusal(unsigned status, std::string_view body) {
  auto told = read_body(body);
  if (!told) return {.reason = read_http_error(status, {})};
  const std::uint16_t code = close_code_of(status, *told);
  return {.reason = std::move(*told), .close_code = code};
}

error read_close_code(unsigned code, std::string_view reason) {
  std::string message = "the server closed the connection with code " + std::to_string(code);
  if (!reason.empty()) message.append(": ").append(reason);
  return error{kind_of_close(code), std::move(message)};
}

}  // namespace sidewire::client
