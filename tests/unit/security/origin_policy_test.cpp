#include "security/origin_policy.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sidewire::security;

namespace {

using http_version = request_facts::http_version;

origin_policy policy_with(loopback_pages loopback, std::vector<std::string> origins = {},
                          std::vector<std::string> hosts = {}) {
  origin_rules rules{.allow_origins = {}, .allow_hosts = std::move(hosts), .loopback = loopback};
  for (const auto& text : origins) rules.allow_origins.push_back(*origin_pattern::parse(text));
  return origin_policy{std::move(rules)};
}

bool allows(const origin_policy& policy, std::optional<std::string_view> host,
            std::optional<std::string_view> origin = {}, stream_kind stream = stream_kind::tcp,
            http_version version = http_version::http_1_1) {
  return !policy.refusal({.host = host, .origin = origin, .version = version, .stream = stream});
}

}  // namespace

TEST_CASE("the host must be loopback, on any port") {
  const auto policy = policy_with(loopback_pages::refused);
  for (const char* host :
       {"localhost", "LOCALHOST:1", "127.0.0.1:49843", "127.1.2.3", "[::1]", "[::1]:8080"})
    CHECK_MESSAGE(allows(policy, host), host);
  for (const char* host : {"", "evil.com", "localhost.evil.com", "192.168.1.5:8080", "0.0.0.0",
                           "localhost, evil.com", "evil.com:80@localhost", "[::]:80"})
    CHECK_MESSAGE(!allows(policy, host), host);
}

TEST_CASE("a configured host is allowed, on any port") {
  const auto policy =
      policy_with(loopback_pages::refused, {}, {"sidecar.lan", "[2001:db8::7]", "*.example.com"});
  CHECK(allows(policy, "sidecar.lan"));
  CHECK(allows(policy, "SIDECAR.lan:8080"));
  CHECK(allows(policy, "[2001:DB8::7]:1"));
  CHECK(allows(policy, "a.example.com"));
  CHECK_FALSE(allows(policy, "example.com"));
  CHECK_FALSE(allows(policy, "x.sidecar.lan"));
}

TEST_CASE("a missing host is forgiven to HTTP/1.0 alone") {
  const auto policy = policy_with(loopback_pages::refused);
  CHECK_FALSE(allows(policy, {}));
  CHECK(allows(policy, {}, {}, stream_kind::tcp, http_version::http_1_0));
  CHECK_FALSE(allows(policy, "evil.com", {}, stream_kind::tcp, http_version::http_1_0));
}

TEST_CASE("a Unix socket asks for no host, yet judges the origin") {
  const auto policy = policy_with(loopback_pages::refused);
  CHECK(allows(policy, {}, {}, stream_kind::unix_socket));
  CHECK(allows(policy, "anything at all", {}, stream_kind::unix_socket));
  CHECK(allows(policy, "x", "tauri://localhost", stream_kind::unix_socket));
  CHECK_FALSE(allows(policy, "evil.com", "http://evil.com", stream_kind::unix_socket));
}

TEST_CASE("pages inside Tauri, Wails and Capacitor applications may always come") {
  const auto policy = policy_with(loopback_pages::refused);
  for (const char* origin :
       {"tauri://localhost", "http://tauri.localhost", "https://tauri.localhost", "wails://wails",
        "http://wails.localhost", "https://wails.localhost", "capacitor://localhost"})
    CHECK_MESSAGE(allows(policy, "127.0.0.1:1", origin), origin);
  for (const char* origin : {"tauri://evil", "http://tauri.localhost.evil.com",
                             "http://evil.tauri.localhost", "wails://localhost"})
    CHECK_MESSAGE(!allows(policy, "127.0.0.1:1", origin), origin);
}

TEST_CASE("the server's own page may come, by any name of loopback") {
  const auto policy = policy_with(loopback_pages::refused);
  CHECK(allows(policy, "127.0.0.1:8080", "http://127.0.0.1:8080"));
  CHECK(allows(policy, "127.0.0.1:8080", "http://localhost:8080"));
  CHECK(allows(policy, "localhost", "http://localhost"));
  CHECK(allows(policy, "localhost", "https://localhost", stream_kind::tls));
  CHECK(allows(policy, "localhost:8443", "https://[::1]:8443", stream_kind::tls));
  CHECK_FALSE(allows(policy, "127.0.0.1:8080", "http://127.0.0.1:8081"));
  CHECK_FALSE(allows(policy, "127.0.0.1:8080", "https://127.0.0.1:8080"));
  CHECK_FALSE(allows(policy, "localhost:8443", "http://localhost:8443", stream_kind::tls));
  CHECK_FALSE(allows(policy, {}, "http://localhost", stream_kind::tcp, http_version::http_1_0));

  const auto named = policy_with(loopback_pages::refused, {}, {"sidecar.lan"});
  CHECK(allows(named, "sidecar.lan:8080", "http://sidecar.lan:8080"));
  CHECK_FALSE(allows(named, "sidecar.lan:8080", "http://localhost:8080"));
}

TEST_CASE("pages of any server on this machine may come only where the rules say so") {
  for (const char* origin :
       {"http://localhost:5173", "https://127.0.0.1:3000", "http://[::1]", "http://127.9.9.9:2"}) {
    CHECK_MESSAGE(allows(policy_with(loopback_pages::allowed), "127.0.0.1:1", origin), origin);
    CHECK_MESSAGE(!allows(policy_with(loopback_pages::refused), "127.0.0.1:1", origin), origin);
  }
  CHECK_FALSE(allows(policy_with(loopback_pages::allowed), "127.0.0.1:1", "ftp://localhost"));
  CHECK_FALSE(
      allows(policy_with(loopback_pages::allowed), "127.0.0.1:1", "http://localhost.evil.com"));
}

TEST_CASE("pages of the web, null and files may come only when they are configured") {
  const auto strict = policy_with(loopback_pages::allowed);
  const auto open =
      policy_with(loopback_pages::allowed, {"https://*.example.com", "null", "file:"});
  for (const char* origin : {"https://app.example.com", "null", "file://"}) {
    CHECK_MESSAGE(!allows(strict, "127.0.0.1:1", origin), origin);
    CHECK_MESSAGE(allows(open, "127.0.0.1:1", origin), origin);
  }
  CHECK_FALSE(allows(open, "127.0.0.1:1", "https://evil.com"));
  CHECK_FALSE(allows(open, "127.0.0.1:1", ""));
}

TEST_CASE("a refusal names the option that helps, and quotes only harmless values") {
  const auto policy = policy_with(loopback_pages::refused);
  const auto host = policy.refusal({.host = "evil.com:80", .origin = {}});
  REQUIRE(host);
  CHECK(host->find("'evil.com:80'") != std::string::npos);
  CHECK(host->find("--allow-host") != std::string::npos);

  const auto origin = policy.refusal({.host = "localhost", .origin = "https://evil.com"});
  REQUIRE(origin);
  CHECK(origin->find("'https://evil.com'") != std::string::npos);
  CHECK(origin->find("--allow-origin") != std::string::npos);

  const auto markup = policy.refusal({.host = "localhost", .origin = "<script>"});
  REQUIRE(markup);
  CHECK(markup->find("script") == std::string::npos);
  const std::string long_name(101, 'a');
  CHECK(policy.refusal({.host = long_name, .origin = {}})->find("aaa") == std::string::npos);
}

TEST_CASE("a host pattern is a name, an address or a star and a name, without a port") {
  for (const char* name : {"a", "sidecar.lan", "10.0.0.1", "[::1]", "*.example.com"})
    CHECK_MESSAGE(is_host_pattern(name), name);
  for (const char* name : {"", "*", "a:80", "a:", "http://a", "a/b", "*.", "a.*", "::1"})
    CHECK_MESSAGE(!is_host_pattern(name), name);
}
