#include "server/option_checks.hpp"

#include <algorithm>
#include <stdexcept>

#include "negotiate/transport.hpp"
#include "security/origin_policy.hpp"
#include "server/launch_command.hpp"
#include "transports/net/endpoint.hpp"

namespace sidewire::server {
namespace {

constexpr std::size_t max_service_name_bytes = 64;

std::string quote(std::string_view text) {
  return "'" + std::string{text} + "'";
}

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

constexpr bool is_path_character(char c) {
  return is_letter_or_digit(c) || std::string_view{"/-._~"}.find(c) != std::string_view::npos;
}

/// What `read` throws about the text.
template <class Read>
std::optional<std::string> problem_thrown_by(Read read) {
  try {
    read();
    return std::nullopt;
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

}  // namespace

std::optional<std::string> problem_of_transport(std::string_view text) {
  if (negotiate::transport_named(text)) return std::nullopt;
  return "expected websocket, sse, poll or post";
}

std::optional<std::string> problem_of_host(std::string_view text) {
  return problem_thrown_by([&] { net::make_tcp_endpoint(text, 0); });
}

std::optional<std::string> problem_of_listen(std::string_view text) {
  return problem_thrown_by([&] { net::parse_endpoint(text); });
}

std::optional<std::string> problem_of_auth(std::string_view text) {
  if (text == "jwt") return "jwt is not supported by this version; expected token or none";
  return std::nullopt;
}

std::optional<std::string> problem_of_allowed_origin(std::string_view text) {
  if (security::origin_pattern::parse(text)) return std::nullopt;
  return quote(text) +
         " is not an origin; expected one such as https://app.example.com, https://*.example.com, "
         "http://localhost:*, null or file:";
}

std::optional<std::string> problem_of_allowed_host(std::string_view text) {
  if (security::is_host_pattern(text)) return std::nullopt;
  return quote(text) +
         " is not a host; expected a name or an address without a port, such as sidecar.lan, "
         "*.example.com or [2001:db8::7]";
}

std::optional<std::string> problem_of_base_path(std::string_view text) {
  const bool is_prefix = text.starts_with('/') && !text.ends_with('/') &&
                         text.find("//") == text.npos &&
                         std::ranges::all_of(text, is_path_character);
  if (text.empty() || is_prefix) return std::nullopt;
  return quote(text) +
         " is not a base path; expected one such as /sidecar, of letters, digits and -._~ between "
         "its slashes, without a slash at its end";
}

std::optional<std::string> problem_of_public_url(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::string_view origin = security::origin_of(text);
  const auto parsed = security::parse_origin(origin);
  const bool is_web = parsed && (parsed->scheme == "http" || parsed->scheme == "https");
  if (is_web && !problem_of_base_path(text.substr(origin.size()))) return std::nullopt;
  return quote(text) +
         " is not an address; expected one such as https://app.example.com or "
         "https://app.example.com/sidecar, without a slash at its end";
}

std::optional<std::string> problem_of_launch(std::string_view text) {
  if (text.empty() || split_command(text)) return std::nullopt;
  return quote(text) +
         " is not a command; expected a program and its arguments, with every quote "
         "closed";
}

std::optional<std::string> problem_of_path(std::string_view text) {
  if (text.empty()) return "a path must not be empty";
  if (text.find('\0') != text.npos) return "a path has no zero byte";
  return std::nullopt;
}

std::optional<std::string> problem_of_service_name(std::string_view text) {
  const bool is_name = !text.empty() && text.size() <= max_service_name_bytes &&
                       is_letter_or_digit(text.front()) && std::ranges::all_of(text, [](char c) {
                         return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
                       });
  if (is_name) return std::nullopt;
  return quote(text) +
         " is not a name; expected a letter or digit, then letters, digits, '.', '_' "
         "and '-', " +
         std::to_string(max_service_name_bytes) + " at most";
}

std::optional<std::string> problem_of_token(std::string_view text) {
  if (text.empty()) return "it is empty; unset it for a random token";
  // b64token of RFC 6750, 2.1: what a header can carry.
  const bool is_token = std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
  });
  if (!is_token) return "it holds other characters than letters, digits and -._~+/=";
  return std::nullopt;
}

}  // namespace sidewire::server
