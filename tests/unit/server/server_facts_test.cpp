#include "server/server_facts.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <vector>

#include "server/ready_line.hpp"

using namespace sidewire::server;
using namespace sidewire::net;

namespace {

using endpoints = std::vector<endpoint>;

server_facts facts_for(const endpoints& listening, url_security security = url_security::plain) {
  server_facts facts = facts_of(listening, security);
  facts.instance = "an-instance";
  facts.token = "s3cret";
  return facts;
}

std::string pid() {
  return std::to_string(::getpid());
}

}  // namespace

TEST_CASE("the ready line has exactly the members of the protocol") {
  const auto facts = facts_for({loopback_endpoint{49843}});
  const std::string head = R"({"event":"ready","protocol":"sidewire/1","version":"0.1.0","pid":)" +
                           pid() +
                           R"(,"instance":"an-instance","url":"http://127.0.0.1:49843",)"
                           R"("ws":"ws://127.0.0.1:49843/rpc")";
  CHECK(ready_json(facts, token_telling::with_token) == head + R"(,"token":"s3cret"})");
  CHECK(ready_json(facts, token_telling::without_token) == head + "}");
}

TEST_CASE("a Unix socket's path and a certificate's fingerprint are facts too") {
  auto facts = facts_for({unix_endpoint{"/run/\"x\".sock"}});
  CHECK(ready_json(facts, token_telling::without_token) ==
        R"({"event":"ready","protocol":"sidewire/1","version":"0.1.0","pid":)" + pid() +
            R"(,"instance":"an-instance","unix":"/run/\"x\".sock"})");
  CHECK(facts.url.empty());
  CHECK(facts.port == 0);

  facts = facts_for({tcp_endpoint{"127.0.0.1", 1}}, url_security::tls);
  facts.fingerprint = "AB:CD";
  const auto json = ready_json(facts, token_telling::without_token);
  CHECK(json.find(
            R"("url":"https://127.0.0.1:1","ws":"wss://127.0.0.1:1/rpc","fingerprint":"AB:CD"})") !=
        std::string::npos);
}

TEST_CASE("the address is the first that this machine can reach") {
  CHECK(facts_for({tcp_endpoint{"0.0.0.0", 80}}).url == "http://127.0.0.1:80");
  CHECK(facts_for({tcp_endpoint{"::", 80}}).url == "http://[::1]:80");
  CHECK(facts_for({tcp_endpoint{"2001:db8::7", 80}}).ws == "ws://[2001:db8::7]:80/rpc");
  const auto several = facts_for({unix_endpoint{"/a"}, unix_endpoint{"/b"},
                                  tcp_endpoint{"127.0.0.2", 1}, loopback_endpoint{2}});
  CHECK(several.url == "http://127.0.0.2:1");
  CHECK(several.port == 1);
  CHECK(several.unix_path == "/a");
}

TEST_CASE("the banner tells the address and the token") {
  const endpoints listening{loopback_endpoint{49843}, unix_endpoint{"/run/x"}};
  auto facts = facts_for(listening);
  const std::vector<log_source> logs{{"dpkg", "/var/log/dpkg.log", log_file_format::plain}};
  const auto text = banner(facts, listening, logs);
  CHECK(text.find("POST http://127.0.0.1:49843/rpc\n") != std::string::npos);
  CHECK(text.find(" s3cret\n") != std::string::npos);
  CHECK(text.find("unix:/run/x\n") != std::string::npos);
  CHECK(text.find("/var/log/dpkg.log\n") != std::string::npos);
  CHECK(text.find("Ctrl-C") != std::string::npos);

  facts.token.clear();
  CHECK(banner(facts, listening, logs).find("token") == std::string::npos);
}
