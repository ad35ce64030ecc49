#include "transports/net/peer_address.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>

namespace sidewire::net {
namespace {

peer_address ipv4(const char* text) {
  sockaddr_storage storage{};
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {}, .sin_zero = {}};
  REQUIRE(::inet_pton(AF_INET, text, &address.sin_addr) == 1);
  std::memcpy(&storage, &address, sizeof address);
  return make_peer_address(storage);
}

peer_address ipv6(const char* text) {
  sockaddr_storage storage{};
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  REQUIRE(::inet_pton(AF_INET6, text, &address.sin6_addr) == 1);
  std::memcpy(&storage, &address, sizeof address);
  return make_peer_address(storage);
}

TEST_CASE("a peer on loopback or a Unix socket is told from one on a network") {
  CHECK(is_loopback({}));
  for (const auto text : {"127.0.0.1", "127.255.0.9"}) CHECK(is_loopback(ipv4(text)));
  for (const auto text : {"192.168.0.1", "10.127.0.1", "0.0.0.0"})
    CHECK_FALSE(is_loopback(ipv4(text)));
  for (const auto text : {"::1", "::ffff:127.0.0.1"}) CHECK(is_loopback(ipv6(text)));
  for (const auto text : {"::", "::2", "fe80::1", "::ffff:10.0.0.1"}) {
    CHECK_FALSE(is_loopback(ipv6(text)));
  }
}

}  // namespace
}  // namespace sidewire::net
