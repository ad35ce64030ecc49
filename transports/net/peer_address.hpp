#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>

namespace sidewire::net {

enum class address_family : std::uint8_t { unix_socket, ipv4, ipv6 };

/// Who is at the other end of a connection: a small value that a connection keeps. An IPv4 peer of
/// a socket for both families is told as IPv4.
struct peer_address {
  address_family family = address_family::unix_socket;
  std::uint16_t port = 0;
  /// The first 4 or all 16 are the address, in network order.
  std::array<unsigned char, 16> bytes{};

  bool operator==(const peer_address&) const = default;
};

/// Reads what `accept` filled in.
peer_address make_peer_address(const sockaddr_storage& address) noexcept;

/// Whether it came over loopback or a Unix socket: nothing of it went over a network.
bool is_loopback(const peer_address& peer) noexcept;

/// `127.0.0.1:50123`, `[::1]:50123` or `unix`.
std::string to_string(const peer_address& peer);

}  // namespace sidewire::net
