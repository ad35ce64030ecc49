#include "server/configuration.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <stdexcept>

#include "security/authority.hpp"
#include "server/option_checks.hpp"

namespace sidewire::server {
namespace {

std::string with_brackets(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

/// Asks the kernel what an inherited socket is bound to.
bool is_bound_locally(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  if (address.ss_family == AF_UNIX) return true;
  if (address.ss_family == AF_INET)
    return ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24 == 127;
  return address.ss_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

void refuse(const std::optional<std::string>& problem) {
  if (problem) throw std::invalid_argument{*problem};
}

}  // namespace

std::vector<net::endpoint> listen_endpoints(const configuration& chosen) {
  if (chosen.listen.empty()) return {net::make_tcp_endpoint(chosen.host, chosen.port)};
  std::vector<net::endpoint> endpoints;
  for (const auto& text : chosen.listen) endpoints.push_back(net::parse_endpoint(text));
  return endpoints;
}

negotiate::policy transport_policy_of(const configuration& chosen) {
  negotiate::policy policy;
  if (chosen.transports.empty()) return policy;
  policy.order.clear();
  for (const auto& name : chosen.transports) {
    refuse(problem_of_transport(name));
    const auto known = *negotiate::transport_named(name);
    if (!policy.allows(known)) policy.order.push_back(known);
  }
  return policy;
}

security::origin_rules origin_rules_of(const configuration& chosen) {
  security::origin_rules rules{.allow_origins = {},
                               .allow_hosts = chosen.allow_hosts,
                               .loopback = chosen.auth == auth_mode::none
                                               ? security::loopback_pages::refused
                                               : security::loopback_pages::allowed};
  for (const auto& text : chosen.allow_origins) {
    refuse(problem_of_allowed_origin(text));
    rules.allow_origins.push_back(security::origin_pattern::parse(text).value());
  }
  for (const auto& text : chosen.allow_hosts) refuse(problem_of_allowed_host(text));
  if (!chosen.public_url.empty()) {
    refuse(problem_of_public_url(chosen.public_url));
    const std::string_view origin = security::origin_of(chosen.public_url);
    rules.allow_origins.push_back(security::origin_pattern::parse(origin).value());
    rules.allow_hosts.emplace_back(security::parse_origin(origin)->where.host);
  }
  for (const auto& where : listen_endpoints(chosen))
    if (const auto* tcp = std::get_if<net::tcp_endpoint>(&where);
        tcp && tcp->address != "0.0.0.0" && tcp->address != "::")
      rules.allow_hosts.push_back(with_brackets(tcp->address));
  return rules;
}

bool is_local_only(const net::endpoint& where) {
  if (const auto* tcp = std::get_if<net::tcp_endpoint>(&where))
    return security::is_loopback_host(with_brackets(tcp->address));
  if (const auto* inherited = std::get_if<net::inherited_endpoint>(&where))
    return is_bound_locally(inherited->fd);
  return true;
}

}  // namespace sidewire::server
