#include "client/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace sidewire::client {

namespace {

constexpr std::string_view rpc_path = "/rpc";
/// sockaddr_un's sun_path holds so many bytes and a zero.
constexpr std::size_t max_unix_path_bytes = 107;

error refused(std::string message) {
  return error{error_kind::invalid_params, std::move(message)};
}

std::string lowercase(std::string_view text) {
  std::string made{text};
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return made;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

result<endpoint> parse_unix(std::string_view path) {
  if (path.starts_with("//")) path.remove_prefix(2);
  if (path.empty()) return refused("unix: needs the path of a socket, as in unix:/run/app.sock");
  if (path.size() > max_unix_path_bytes) {
    return refused("the path of a Unix socket holds at most 107 bytes");
  }
  endpoint made;
  made.kind = endpoint_kind::unix_socket;
  made.host = path;
  return made;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc{} || end != text.data() + text.size() || port == 0) return {};
  return port;
}

/// Reads `HOST`, `HOST:PORT`, `[V6]` and `[V6]:PORT`.
result<void> parse_authority(std::string_view text, endpoint& into) {
  if (text.find('@') != std::string_view::npos) {
    return refused("a URL must not hold a name or token: those go into SIDEWIRE_TOKEN");
  }
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return refused("the URL lacks a ']' after its address");
    into.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    into.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (into.host.empty() || !is_printable(into.host)) return refused("the URL has no valid host");
  if (rest.empty()) return {};
  const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) return refused("the URL's port must be a number from 1 to 65535");
  into.port = *port;
  return {};
}

std::string target_of(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  std::string target{path};
  if (!path.ends_with(rpc_path)) target += rpc_path;
  return target;
}

}  // namespace

result<endpoint> parse_endpoint(std::string_view url) {
  if (url.empty()) return refused("the URL is empty");
  const auto separator = url.find("://");
  const std::string scheme =
      separator == std::string_view::npos ? "http" : lowercase(url.substr(0, separator));
  if (lowercase(url.substr(0, 5)) == "unix:") return parse_unix(url.substr(5));

  endpoint made;
  if (scheme == "https" || scheme == "wss") {
    made.kind = endpoint_kind::tls;
  } else if (scheme != "http" && scheme != "ws") {
    return refused("a URL begins with http, https, ws, wss or unix, not with \"" + scheme + '"');
  }
  made.port = made.kind == endpoint_kind::tls ? 443 : 80;

  std::string_view rest = separator == std::string_view::npos ? url : url.substr(separator + 3);
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return refused(
        "a URL must not hold '?' or '#': a token goes into SIDEWIRE_TOKEN, where nobody sees it");
  }
  const auto slash = rest.find('/');
  const auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  if (!is_printable(path)) return refused("the URL's path has characters that must be escaped");
  if (auto read = parse_authority(rest.substr(0, slash), made); !read) return read.error();
  made.target = target_of(path);
  return made;
}

std::string host_header(const endpoint& where) {
  if (where.kind == endpoint_kind::unix_socket) return "localhost";
  const bool is_v6 = where.host.find(':') != std::string::npos;
  const std::uint16_t usual = where.kind == endpoint_kind::tls ? 443 : 80;
  std::string made = is_v6 ? '[' + where.host + ']' : where.host;
  if (where.port != usual) made += ':' + std::to_string(where.port);
  return made;
}

std::string display_name(const endpoint& where) {
  if (where.kind == endpoint_kind::unix_socket) return where.host;
  const bool is_v6 = where.host.find(':') != std::string::npos;
  return (is_v6 ? '[' + where.host + ']' : where.host) + ':' + std::to_string(where.port);
}

}  // namespace sidewire::client
