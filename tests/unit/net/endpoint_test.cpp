#include "transports/net/endpoint.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace sidewire::net {
namespace {

std::string refusal_of(std::string_view text) {
  try {
    parse_endpoint(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("an endpoint is read in each of its forms and written back the same") {
  CHECK(parse_endpoint("localhost:0") == endpoint{loopback_endpoint{0}});
  CHECK(parse_endpoint("127.0.0.1:8080") == endpoint{tcp_endpoint{"127.0.0.1", 8080}});
  CHECK(parse_endpoint("[::1]:65535") == endpoint{tcp_endpoint{"::1", 65535}});
  CHECK(parse_endpoint("unix:/run/a b:c.sock") == endpoint{unix_endpoint{"/run/a b:c.sock"}});
  CHECK(parse_endpoint("fd:3") == endpoint{inherited_endpoint{3}});
  for (const auto* text : {"localhost:0", "0.0.0.0:1", "[::1]:65535", "unix:a.sock", "fd:12"}) {
    CHECK(to_string(parse_endpoint(text)) == text);
  }
}

TEST_CASE("an address is kept in its canonical form") {
  CHECK(to_string(parse_endpoint("[0:0:0:0:0:0:0:1]:80")) == "[::1]:80");
  CHECK(make_tcp_endpoint("::1", 80) == make_tcp_endpoint("[::1]", 80));
  CHECK(make_tcp_endpoint("localhost", 80) == endpoint{loopback_endpoint{80}});
}

TEST_CASE("what is no endpoint is refused with what was expected") {
  CHECK(refusal_of("8080") ==
        "'8080' is not a listen address: expected HOST:PORT, [IPV6]:PORT, unix:PATH or fd:N");
  CHECK(refusal_of("::1:80").find("brackets") != std::string::npos);
  for (const auto* text : {"localhost:", "localhost:65536", "localhost:-1", "localhost:8o"}) {
    CHECK(refusal_of(text).find("from 0 to 65535") != std::string::npos);
  }
  for (const auto* text : {"example.org:80", ":80", "[::1:80", "127.0.0.256:80", "[]:80"}) {
    CHECK(refusal_of(text).find("numeric IPv4 or IPv6") != std::string::npos);
  }
  CHECK(refusal_of("unix:").find("a path must follow") != std::string::npos);
  CHECK(refusal_of("unix:" + std::string(107, 'p')) == "accepted");
  CHECK(refusal_of("unix:" + std::string(108, 'p')).find("at most 107 bytes") != std::string::npos);
  for (const auto* text : {"fd:", "fd:-1", "fd:x", "fd:3 "}) {
    CHECK(refusal_of(text).find("inherited descriptor") != std::string::npos);
  }
}

}  // namespace
}  // namespace sidewire::net
