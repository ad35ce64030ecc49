#include "security/origin_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "security/authority.hpp"

namespace sidewire::security {
namespace {

/// The origins of pages that desktop frameworks load from inside their own application.
constexpr std::array<std::string_view, 7> application_origins{
    "tauri://localhost",      "http://tauri.localhost",  "https://tauri.localhost", "wails://wails",
    "http://wails.localhost", "https://wails.localhost", "capacitor://localhost"};

constexpr std::size_t max_quoted_bytes = 100;

/// A header's value as it may stand in an answer: nothing that is long or could be markup.
std::string quoted_text(std::string_view value) {
  const bool harmless =
      value.size() <= max_quoted_bytes && std::ranges::all_of(value, [](unsigned char c) {
        return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"' && c != '&' && c != '\'' &&
               c != '\\';
      });
  return harmless && !value.empty() ? " '" + std::string{value} + "'" : std::string{};
}

bool is_web_scheme(std::string_view scheme) noexcept {
  return same_host(scheme, "http") || same_host(scheme, "https");
}

/// Whether the page came from this very server: the same scheme, host and port that the request
/// names. The names of loopback stand for one another.
bool is_own_origin(const origin& page, std::string_view host_header, stream_kind stream) noexcept {
  const std::string_view own_scheme = stream == stream_kind::tls ? "https" : "http";
  auto own = parse_authority(host_header);
  if (!own || !same_host(page.scheme, own_scheme)) return false;
  if (!own->port) own->port = stream == stream_kind::tls ? 443 : 80;
  return page.where.port == own->port &&
         (same_host(page.where.host, own->host) ||
          (is_loopback_host(page.where.host) && is_loopback_host(own->host)));
}

}  // namespace

bool is_host_pattern(std::string_view name) noexcept {
  if (name.starts_with("*.")) name.remove_prefix(2);
  const auto parsed = parse_authority(name);
  return parsed && parsed->host.size() == name.size();
}

origin_policy::origin_policy(origin_rules rules) : rules_{std::move(rules)} {}

std::optional<std::string> origin_policy::refusal(const request_facts& request) const {
  if (request.stream != stream_kind::unix_socket) {
    if (!request.host) {
      if (request.version == request_facts::http_version::http_1_1)
        return "The request names no Host.";
    } else if (!is_allowed_host(*request.host)) {
      return "The Host" + quoted_text(*request.host) +
             " is not one of this server's names; --allow-host adds one.";
    }
  }
  if (request.origin && !is_allowed_origin(request))
    return "Pages of the Origin" + quoted_text(*request.origin) +
           " may not use this server; --allow-origin adds one.";
  return std::nullopt;
}

bool origin_policy::is_allowed_host(std::string_view host) const noexcept {
  const auto parsed = parse_authority(host);
  if (!parsed) return false;
  if (is_loopback_host(parsed->host)) return true;
  return std::ranges::any_of(rules_.allow_hosts, [&](std::string_view allowed) {
    return allowed.starts_with("*.") ? is_below(parsed->host, allowed.substr(2))
                                     : same_host(parsed->host, allowed);
  });
}

bool origin_policy::is_allowed_origin(const request_facts& request) const noexcept {
  const std::string_view header = *request.origin;
  if (std::ranges::find(application_origins, header) != application_origins.end()) return true;
  if (std::ranges::any_of(rules_.allow_origins,
                          [&](const origin_pattern& allowed) { return allowed.matches(header); }))
    return true;

  const auto page = parse_origin(header);
  if (!page) return false;
  if (rules_.loopback == loopback_pages::allowed && is_web_scheme(page->scheme) &&
      is_loopback_host(page->where.host))
    return true;
  // On a Unix socket the Host was not judged, so it vouches for no page.
  return request.host && request.stream != stream_kind::unix_socket &&
         is_own_origin(*page, *request.host, request.stream);
}

}  // namespace sidewire::security
