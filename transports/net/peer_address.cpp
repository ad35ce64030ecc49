#include "transports/net/peer_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace sidewire::net {

peer_address make_peer_address(const sockaddr_storage& address) noexcept {
  peer_address peer;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    peer.family = address_family::ipv4;
    peer.port = ntohs(v4.sin_port);
    std::memcpy(peer.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    peer.port = ntohs(v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      peer.family = address_family::ipv4;
      std::memcpy(peer.bytes.data(), &v6.sin6_addr.s6_addr[12], sizeof(in_addr));
    } else {
      peer.family = address_family::ipv6;
      std::memcpy(peer.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    }
  }
  return peer;
}

bool is_loopback(const peer_address& peer) noexcept {
  switch (peer.family) {
    case address_family::unix_socket:
      return true;
    case address_family::ipv4:
      return peer.bytes[0] == IN_LOOPBACKNET;
    case address_family::ipv6:
      break;
  }
  return std::memcmp(peer.bytes.data(), &in6addr_loopback, sizeof in6addr_loopback) == 0;
}

std::string to_string(const peer_address& peer) {
  if (peer.family == address_family::unix_socket) return "unix";
  const bool is_v6 = peer.family == address_family::ipv6;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, peer.bytes.data(), text.data(), text.size());
  const std::string address{text.data()};
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(peer.port);
}

}  // namespace sidewire::net
