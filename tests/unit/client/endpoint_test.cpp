#include "client/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>

using sidewire::error_kind;
using sidewire::client::display_name;
using sidewire::client::endpoint;
using sidewire::client::endpoint_kind;
using sidewire::client::host_header;
using sidewire::client::parse_endpoint;

TEST_CASE("an endpoint is read from every scheme") {
  CHECK(*parse_endpoint("http://127.0.0.1:4000") ==
        endpoint{endpoint_kind::tcp, "127.0.0.1", 4000, "/rpc"});
  CHECK(*parse_endpoint("ws://localhost:4000/rpc") ==
        endpoint{endpoint_kind::tcp, "localhost", 4000, "/rpc"});
  CHECK(*parse_endpoint("https://example.org") ==
        endpoint{endpoint_kind::tls, "example.org", 443, "/rpc"});
  CHECK(*parse_endpoint("WSS://example.org/") ==
        endpoint{endpoint_kind::tls, "example.org", 443, "/rpc"});
  CHECK(*parse_endpoint("unix:/run/app.sock") ==
        endpoint{endpoint_kind::unix_socket, "/run/app.sock", 0, "/rpc"});
  CHECK(parse_endpoint("unix:///run/app.sock")->host == "/run/app.sock");
  CHECK(parse_endpoint("unix:app.sock")->host == "app.sock");
}

TEST_CASE("a host and port alone are http") {
  CHECK(*parse_endpoint("localhost:4000") ==
        endpoint{endpoint_kind::tcp, "localhost", 4000, "/rpc"});
}

TEST_CASE("the endpoint's path is appended to the URL's base path") {
  CHECK(parse_endpoint("https://example.org/apps/one/")->target == "/apps/one/rpc");
  CHECK(parse_endpoint("https://example.org/apps/one/rpc")->target == "/apps/one/rpc");
}

TEST_CASE("an IPv6 address loses its brackets and gets them back in Host") {
  const auto made = parse_endpoint("http://[::1]:4000");
  REQUIRE(made);
  CHECK(made->host == "::1");
  CHECK(host_header(*made) == "[::1]:4000");
  CHECK(display_name(*made) == "[::1]:4000");
}

TEST_CASE("Host leaves out the usual port") {
  CHECK(host_header(*parse_endpoint("http://example.org")) == "example.org");
  CHECK(host_header(*parse_endpoint("https://example.org:443")) == "example.org");
  CHECK(host_header(*parse_endpoint("https://example.org:80")) == "example.org:80");
  CHECK(host_header(*parse_endpoint("unix:/run/app.sock")) == "localhost");
}

TEST_CASE("what is no endpoint is refused as invalid params") {
  for (const char* url :
       {"", "ftp://example.org", "http://", "http://:80", "http://a:0", "http://a:65536",
        "http://a:80x", "http://a:", "http://[::1", "http://[::1]x", "http://a b", "http://a\r\nb",
        "http://a/b c", "http://user@a", "http://a/?access_token=x", "http://a/#token=x",
        "unix:"}) {
    CAPTURE(url);
    const auto made = parse_endpoint(url);
    REQUIRE_FALSE(made);
    CHECK(made.error().kind() == error_kind::invalid_params);
  }
  CHECK_FALSE(parse_endpoint("unix:/" + std::string(107, 'a')));
  CHECK(parse_endpoint("unix:/" + std::string(106, 'a')));
}
