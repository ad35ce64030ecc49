#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace sidewire::net {

/// Both 127.0.0.1 and ::1 on one port: what `localhost` means to a client. Port 0 lets the system
/// choose.
struct loopback_endpoint {
  std::uint16_t port = 0;
  bool operator==(const loopback_endpoint&) const = default;
};

/// One numeric IPv4 or IPv6 address, without brackets. Port 0 lets the system choose.
struct tcp_endpoint {
  std::string address;
  std::uint16_t port = 0;
  bool operator==(const tcp_endpoint&) const = default;
};

/// A Unix domain socket's file.
struct unix_endpoint {
  std::string path;
  bool operator==(const unix_endpoint&) const = default;
};

/// A listening socket that this process inherited.
struct inherited_endpoint {
  int fd = -1;
  bool operator==(const inherited_endpoint&) const = default;
};

/// Where a server listens: the value of `--listen`.
using endpoint = std::variant<loopback_endpoint, tcp_endpoint, unix_endpoint, inherited_endpoint>;

/// Reads `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH` or `fd:N`, where HOST is an address of this
/// machine or `localhost`. Throws std::invalid_argument, whose text names `text` and says what was
/// expected.
endpoint parse_endpoint(std::string_view text);

/// The same from `--host` (an IPv6 address with or without brackets) and `--port`.
endpoint make_tcp_endpoint(std::string_view host, std::uint16_t port);

/// The form that `parse_endpoint` reads.
std::string to_string(const endpoint& where);

}  // namespace sidewire::net
