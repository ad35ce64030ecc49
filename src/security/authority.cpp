#include "security/authority.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace sidewire::security {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_name_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' || c == '-' ||
         c == '_';
}

/// Reads `text` as an address of `family` into `address`; false where it is none.
template <typename Address>
bool parse_address(int family, std::string_view text, Address& address) noexcept {
  std::array<char, INET6_ADDRSTRLEN + 1> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::memcpy(terminated.data(), text.data(), text.size());
  return std::strlen(terminated.data()) == text.size() &&
         inet_pton(family, terminated.data(), &address) == 1;
}

bool is_bracketed(std::string_view host) noexcept {
  return host.size() > 2 && host.front() == '[' && host.back() == ']';
}

bool is_host(std::string_view host) noexcept {
  if (is_bracketed(host)) {
    in6_addr address;
    return parse_address(AF_INET6, host.substr(1, host.size() - 2), address);
  }
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_name_character);
}

}  // namespace

std::optional<authority> parse_authority(std::string_view text) noexcept {
  const std::size_t host_end = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
  const std::string_view host = text.substr(0, host_end);
  if (!is_host(host)) return std::nullopt;

  std::string_view rest = text.substr(host.size());
  if (rest.empty() || rest == ":") return authority{host, std::nullopt};
  if (rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc{} || end != rest.data() + rest.size()) return std::nullopt;
  return authority{host, port};
}

bool same_host(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_loopback_host(std::string_view host) noexcept {
  if (same_host(host, "localhost")) return true;
  if (is_bracketed(host)) {
    in6_addr address;
    return parse_address(AF_INET6, host.substr(1, host.size() - 2), address) &&
           std::memcmp(&address, &in6addr_loopback, sizeof address) == 0;
  }
  in_addr address;
  return parse_address(AF_INET, host, address) && (ntohl(address.s_addr) >> 24) == 127;
}

bool is_below(std::string_view host, std::string_view domain) noexcept {
  if (host.size() < domain.size() + 2) return false;
  const std::size_t label_end = host.size() - domain.size() - 1;
  return host[label_end] == '.' && same_host(host.substr(label_end + 1), domain);
}

}  // namespace sidewire::security
