#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sidewire::security {

/// The host and port of a `Host` header or an origin (RFC 3986, 3.2, without user information).
/// Refers to the text it was parsed from.
struct authority {
  /// A name, an IPv4 address, or an IPv6 address with its brackets. As written, never empty.
  std::string_view host;
  /// Absent where there is none, or an empty one.
  std::optional<std::uint16_t> port;
};

/// Takes `host`, `host:port` or `[v6]:port`; nothing for whatever else, spaces and `@` included.
std::optional<authority> parse_authority(std::string_view text) noexcept;

/// Whether two hosts are the same, ASCII letters in either case.
bool same_host(std::string_view left, std::string_view right) noexcept;

/// Whether `host` is `localhost` or an address of 127.0.0.0/8 or `[::1]`. Only what means this
/// machine by itself, without asking any name server: `localhost.example.com` is not.
bool is_loopback_host(std::string_view host) noexcept;

/// Whether `host` is a name below `domain`, at any depth: `a.b.example.com` is below `example.com`,
/// and `example.com` itself is not.
bool is_below(std::string_view host, std::string_view domain) noexcept;

}  // namespace sidewire::security
