#include "transports/net/endpoint.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace sidewire::net {
namespace {

// The kernel wants the path and its terminating zero in `sun_path`.
constexpr std::size_t max_unix_path_bytes = sizeof(sockaddr_un::sun_path) - 1;

[[noreturn]] void refuse(std::string_view text, std::string_view problem) {
  throw std::invalid_argument{"'" + std::string{text} +
                              "' is not a listen address: " + std::string{problem}};
}

template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
  Number value{};
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || stop != end || digits.front() == '-') return std::nullopt;
  return value;
}

std::optional<std::string> canonical_address(std::string_view text) {
  const std::string address{text};
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, address.c_str(), bytes.data()) == 1) {
      return ::inet_ntop(family, bytes.data(), canonical.data(), canonical.size());
    }
  }
  return std::nullopt;
}

endpoint host_and_port(std::string_view host, std::uint16_t port, std::string_view whole) {
  if (host == "localhost") return loopback_endpoint{port};
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto address = canonical_address(host);
  if (!address) refuse(whole, "the host must be localhost or a numeric IPv4 or IPv6 address");
  return tcp_endpoint{*std::move(address), port};
}

endpoint parse_unix(std::string_view path, std::string_view whole) {
  if (path.empty()) refuse(whole, "a path must follow unix:");
  if (path.size() > max_unix_path_bytes) {
    refuse(whole, "a socket's path has at most " + std::to_string(max_unix_path_bytes) + " bytes");
  }
  if (path.find('\0') != std::string_view::npos) refuse(whole, "a path has no zero byte");
  return unix_endpoint{std::string{path}};
}

struct formatter {
  std::string operator()(const loopback_endpoint& where) const {
    return "localhost:" + std::to_string(where.port);
  }
  std::string operator()(const tcp_endpoint& where) const {
    const bool is_v6 = where.address.find(':') != std::string::npos;
    return (is_v6 ? "[" + where.address + "]" : where.address) + ":" + std::to_string(where.port);
  }
  std::string operator()(const unix_endpoint& where) const { return "unix:" + where.path; }
  std::string operator()(const inherited_endpoint& where) const {
    return "fd:" + std::to_string(where.fd);
  }
};

}  // namespace

endpoint parse_endpoint(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text.substr(5), text);
  if (text.starts_with("fd:")) {
    const auto fd = parse_number<int>(text.substr(3));
    if (!fd) refuse(text, "the number of an inherited descriptor must follow fd:");
    return inherited_endpoint{*fd};
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    refuse(text, "expected HOST:PORT, [IPV6]:PORT, unix:PATH or fd:N");
  }
  const auto host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos && !host.starts_with('[')) {
    refuse(text, "an IPv6 address must stand in brackets, as in [::1]:8080");
  }
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) refuse(text, "the port must be a number from 0 to 65535");
  return host_and_port(host, *port, text);
}

endpoint make_tcp_endpoint(std::string_view host, std::uint16_t port) {
  return host_and_port(host, port, host);
}

std::string to_string(const endpoint& where) {
  return std::visit(formatter{}, where);
}

}  // namespace sidewire::net
