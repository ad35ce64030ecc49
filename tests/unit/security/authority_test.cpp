#include "security/authority.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sidewire::security;

TEST_CASE("an authority is a host with or without a port") {
  const auto plain = parse_authority("localhost");
  REQUIRE(plain);
  CHECK(plain->host == "localhost");
  CHECK_FALSE(plain->port);

  const auto with_port = parse_authority("127.0.0.1:49843");
  REQUIRE(with_port);
  CHECK(with_port->host == "127.0.0.1");
  CHECK(with_port->port == 49843);

  const auto v6 = parse_authority("[::1]:65535");
  REQUIRE(v6);
  CHECK(v6->host == "[::1]");
  CHECK(v6->port == 65535);

  const auto empty_port = parse_authority("[2001:db8::7]:");
  REQUIRE(empty_port);
  CHECK(empty_port->host == "[2001:db8::7]");
  CHECK_FALSE(empty_port->port);
}

TEST_CASE("what is no host and port is no authority") {
  for (const char* text : {"",
                           ":",
                           ":80",
                           "a b",
                           " localhost",
                           "user@localhost",
                           "localhost:65536",
                           "localhost:-1",
                           "localhost:+1",
                           "localhost:80x",
                           "localhost:8 0",
                           "localhost/",
                           "localhost,evil.com",
                           "[::1",
                           "[]",
                           "[]:80",
                           "[::1]80",
                           "[::1]x:80",
                           "[127.0.0.1]",
                           "[::1%lo]",
                           "::1",
                           "a:b:1",
                           "evil.com#",
                           "h\xC3\xB6st",
                           "*"})
    CHECK_MESSAGE(!parse_authority(text), text);
  CHECK_FALSE(parse_authority(std::string(254, 'a')));
  CHECK_FALSE(parse_authority(std::string_view{"localhost\0", 10}));
}

TEST_CASE("loopback hosts are localhost and the loopback addresses, however they are written") {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.0.0.0", "127.255.255.254",
                           "[::1]", "[0:0:0:0:0:0:0:1]", "[0::0001]"})
    CHECK_MESSAGE(is_loopback_host(host), host);
  for (const char* host :
       {"", "localhost.", "localhost.evil.com", "evil-localhost", "127.0.0.1.evil.com", "127.1",
        "127.0.0.256", "0127.0.0.1", "2130706433", "0x7f.0.0.1", "128.0.0.1", "0.0.0.0", "10.0.0.1",
        "::1", "[::]", "[::2]", "[::ffff:127.0.0.1]", "[fe80::1]"})
    CHECK_MESSAGE(!is_loopback_host(host), host);
}

TEST_CASE("hosts are compared without regard to case, and names below end at a dot") {
  CHECK(same_host("Example.COM", "example.com"));
  CHECK_FALSE(same_host("example.com", "example.com."));
  CHECK(is_below("a.example.com", "example.com"));
  CHECK(is_below("a.b.EXAMPLE.com", "example.COM"));
  CHECK_FALSE(is_below("example.com", "example.com"));
  CHECK_FALSE(is_below(".example.com", "example.com"));
  CHECK_FALSE(is_below("badexample.com", "example.com"));
  CHECK_FALSE(is_below("a.example.com.evil.com", "example.com"));
}
