#include "security/origin_pattern.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace sidewire::security;

namespace {

void check(const char* pattern, std::initializer_list<const char*> matching,
           std::initializer_list<const char*> others) {
  const auto parsed = origin_pattern::parse(pattern);
  REQUIRE_MESSAGE(parsed, pattern);
  for (const char* origin : matching) CHECK_MESSAGE(parsed->matches(origin), origin);
  for (const char* origin : others) CHECK_MESSAGE(!parsed->matches(origin), origin);
}

}  // namespace

TEST_CASE("an origin without a pattern matches itself alone") {
  check("https://app.example.com",
        {"https://app.example.com", "https://app.example.com:443", "HTTPS://App.Example.Com"},
        {"http://app.example.com", "https://app.example.com:8443", "https://x.app.example.com",
         "https://app.example.com.evil.com", "https://app.example.com/", "app.example.com", "null",
         "https://app.example.com https://evil.com", ""});
  check("http://192.168.1.5:3000", {"http://192.168.1.5:3000"},
        {"http://192.168.1.5", "http://192.168.1.5:3001"});
}

TEST_CASE("a leading star means every name below") {
  check("https://*.example.com", {"https://a.example.com", "https://a.b.example.com"},
        {"https://example.com", "https://badexample.com", "http://a.example.com",
         "https://a.example.com:8443", "https://a.example.com.evil.com", "https://.example.com"});
  check("https://*.example.com:8443", {"https://a.example.com:8443"}, {"https://a.example.com"});
}

TEST_CASE("a star as the port means any port") {
  check("http://localhost:*", {"http://localhost", "http://localhost:5173"},
        {"https://localhost", "http://localhost.evil.com:5173", "http://127.0.0.1:5173"});
}

TEST_CASE("any host is allowed only of a scheme that is not of the web") {
  check("vscode-webview://*", {"vscode-webview://1a2b3c", "vscode-webview://x.y"},
        {"vscode-webview://", "https://1a2b3c", "vscode-webview2://1a2b3c"});
  CHECK_FALSE(origin_pattern::parse("https://*"));
  CHECK_FALSE(origin_pattern::parse("http://*:*"));
}

TEST_CASE("null and files match only when they are named") {
  check("null", {"null"}, {"file://", "Null", "", "https://null"});
  check("file:", {"file://"}, {"null", "file:///etc/passwd", "file://host"});
}

TEST_CASE("what is no origin is refused as a pattern") {
  for (const char* text :
       {"", "*", "example.com", "https://", "https:example.com", "://example.com",
        "https://example.com/", "https://example.com/path", "https://a.*.com",
        "https://*example.com", "https://*.", "https://user@example.com",
        "https://example.com:99999", "https://example.com:80:*", "1s://x", "https://exa mple.com",
        "file:///tmp"})
    CHECK_MESSAGE(!origin_pattern::parse(text), text);
}
