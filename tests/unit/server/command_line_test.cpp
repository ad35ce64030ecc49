#include "server/command_line.hpp"
#include "tests/unit/server/contains.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sidewire::server;
using std::chrono::milliseconds;
using texts = std::vector<std::string>;
using sidewire::test::contains;

namespace {

configuration serve(const texts& arguments, const texts& environment = {}) {
  auto parsed = parse_command_line(arguments, environment);
  if (auto* print = std::get_if<print_command>(&parsed)) FAIL(print->standard_error);
  return std::get<serve_command>(std::move(parsed)).chosen;
}

print_command print(const texts& arguments, const texts& environment = {}) {
  auto parsed = parse_command_line(arguments, environment);
  REQUIRE(std::holds_alternative<print_command>(parsed));
  return std::get<print_command>(std::move(parsed));
}

/// The text of a refusal.
std::string refusal(const texts& arguments, const texts& environment = {}) {
  const auto refused = print(arguments, environment);
  CHECK(refused.exit_status == exit_usage);
  CHECK(refused.standard_output.empty());
  return refused.standard_error;
}

/// A configuration file for the time of a test.
class temporary_file {
 public:
  explicit temporary_file(std::string_view text) {
    const int fd = mkstemp(path_.data());
    REQUIRE(fd >= 0);
    REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(fd);
  }
  ~temporary_file() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "sidewire-XXXXXX").string();
};

}  // namespace

TEST_CASE("without arguments the server is to serve with safe defaults") {
  const auto chosen = serve({});
  CHECK(listen_endpoints(chosen) ==
        std::vector<sidewire::net::endpoint>{sidewire::net::loopback_endpoint{8765}});
  CHECK(chosen.auth == auth_mode::token);
  CHECK(chosen.token.empty());
  CHECK(chosen.drain_timeout == milliseconds{10'000});
  CHECK(serve({"serve"}).port == chosen.port);
}

TEST_CASE("the command line sets options before and after the subcommand") {
  const auto chosen = serve({"--port", "0", "serve", "--drain-timeout=0.25", "--exit-on-stdin-eof",
                             "--allow-host", "[::1]", "--allow-host", "sidecar.lan", "--max-depth",
                             "7", "--launch", "ui --flag 'a b'"});
  CHECK(chosen.port == 0);
  CHECK(chosen.drain_timeout == milliseconds{250});
  CHECK(chosen.exit_on_stdin_eof);
  CHECK(chosen.allow_hosts == texts{"[::1]", "sidecar.lan"});
  CHECK(chosen.limits.max_depth == 7);
  CHECK(chosen.launch == "ui --flag 'a b'");
}

TEST_CASE("the command line wins over the environment, that over the file, that over the default") {
  const temporary_file file{
      "[server]\nport = 1\nthreads = 2\ndrain-timeout = 3\n"
      "allow-host = ['from-file']\n"};
  const auto chosen = serve(
      {"--config", file.path(), "--port", "3"},
      {"SIDEWIRE_PORT=2", "SIDEWIRE_THREADS=4", "PATH=/bin", "SIDEWIRE_ALLOW_HOST=a.lan,b.lan"});
  CHECK(chosen.port == 3);
  CHECK(chosen.threads == 4);
  CHECK(chosen.drain_timeout == milliseconds{3000});
  CHECK(chosen.allow_hosts == texts{"a.lan", "b.lan"});
  CHECK(chosen.worker_threads == 4);
}

TEST_CASE("the environment names the file unless the command line does") {
  const temporary_file first{"[server]\nport = 1\n"};
  const temporary_file second{"[server]\nport = 2\n"};
  CHECK(serve({}, {"SIDEWIRE_CONFIG=" + first.path()}).port == 1);
  CHECK(serve({"--config", second.path()}, {"SIDEWIRE_CONFIG=" + first.path()}).port == 2);
}

TEST_CASE("of an option that is given twice the last counts") {
  CHECK(serve({"--port", "1", "--port", "2"}).port == 2);
  CHECK(refusal({"--port", "1", "--port", "x"}).find("'x'") != std::string::npos);
}

TEST_CASE("the token comes from the environment alone") {
  CHECK(serve({}, {"SIDEWIRE_TOKEN=s3cret"}).token == "s3cret");
  CHECK(contains(refusal({"--token", "s3cret"}), "SIDEWIRE_TOKEN"));
  CHECK_FALSE(contains(refusal({"--token=s3cret"}), "s3cret'"));
  CHECK(contains(refusal({}, {"SIDEWIRE_TOKEN="}), "SIDEWIRE_TOKEN: it is empty"));
  const auto bad = refusal({}, {"SIDEWIRE_TOKEN=with space"});
  CHECK(contains(bad, "SIDEWIRE_TOKEN"));
  CHECK_FALSE(contains(bad, "with space"));
}

TEST_CASE("an unknown variable is a warning with the nearest name") {
  auto parsed =
      parse_command_line({}, texts{"SIDEWIRE_PROT=1", "SIDEWIRE_URL=x", "SIDEWIRE_XYZZY=1"});
  const auto& warnings = std::get<serve_command>(parsed).warnings;
  REQUIRE(warnings.size() == 2);
  CHECK(to_string(warnings[0]) ==
        "SIDEWIRE_PROT: no option has this name (did you mean 'SIDEWIRE_PORT'?)");
  CHECK(to_string(warnings[1]) == "SIDEWIRE_XYZZY: no option has this name");
}

TEST_CASE("a wrong variable is an error that names it") {
  CHECK(contains(refusal({}, {"SIDEWIRE_PORT=tcp://10.0.0.1:80"}),
                 "SIDEWIRE_PORT: 'tcp://10.0.0.1:80' is not what was expected: a whole number"));
  CHECK(contains(refusal({}, {"SIDEWIRE_EXIT_ON_STDIN_EOF=maybe"}), "true or false"));
  CHECK(serve({}, {"SIDEWIRE_EXIT_ON_STDIN_EOF=1"}).exit_on_stdin_eof);
}

TEST_CASE("a wrong argument is an error with the nearest name") {
  CHECK(contains(refusal({"--prot", "1"}), "'--prot' (did you mean '--port'?)"));
  CHECK(contains(refusal({"sevre"}), "'sevre' (did you mean 'serve'?)"));
  CHECK(contains(refusal({"--port"}), "--port needs a value"));
  CHECK(contains(refusal({"--port", "-1"}), "--port: -1 is out of range"));
  CHECK(contains(refusal({"--auth", "jwt"}), "jwt is not supported by this version"));
  CHECK(contains(refusal({"--allow-origin", "*"}), "'*' is not an origin"));
  CHECK(contains(refusal({"--listen", "nowhere"}), "'nowhere' is not a listen address"));
}

TEST_CASE("--listen stands instead of --host and --port") {
  CHECK(contains(refusal({"--listen", "127.0.0.1:0", "--port", "1"}), "listen stands instead of"));
  CHECK(
      contains(refusal({"--listen", "127.0.0.1:0", "--host", "::1"}), "listen stands instead of"));

  const temporary_file file{"[server]\nlisten = ['127.0.0.1:1']\n"};
  const auto by_port = serve({"--config", file.path(), "--port", "2"});
  CHECK(by_port.listen.empty());
  CHECK(by_port.port == 2);

  const auto by_listen = serve({"--listen", "127.0.0.1:3"}, {"SIDEWIRE_PORT=4"});
  CHECK(by_listen.listen == texts{"127.0.0.1:3"});
}

TEST_CASE("options that need or exclude one another are checked") {
  CHECK(contains(refusal({"--tls-cert", "a"}), "--tls-cert: a certificate needs its key"));
  CHECK(contains(refusal({"--tls-key", "a"}), "--tls-key: a key needs its certificate"));
  CHECK(contains(refusal({"--tls-cert", "a", "--tls-key", "b", "--tls-self-signed"}),
                 "tls-self-signed stands instead of tls-cert"));
  CHECK(
      contains(refusal({"--launch", "x", "--listen", "unix:/tmp/x"}), "--launch: it tells a port"));
  CHECK(contains(refusal({"--announce", "/a.js", "--listen", "unix:/tmp/x"}), "--announce: "));
}

TEST_CASE("auth none is refused where others can reach the server") {
  CHECK(
      contains(refusal({"--auth", "none", "--host", "0.0.0.0"}), "can be reached from elsewhere"));
  CHECK(contains(refusal({"--auth", "none", "--listen", "127.0.0.1:0", "--listen", "[::]:0"}),
                 "[::]:0 can be reached from elsewhere"));
  CHECK(
      contains(refusal({"--auth", "none", "--listen", "fd:99"}), "can be reached from elsewhere"));
  CHECK(serve({"--auth", "none"}).auth == auth_mode::none);
  CHECK(serve({"--auth", "none", "--host", "127.0.0.2"}).auth == auth_mode::none);
  CHECK(serve({"--auth", "none", "--listen", "unix:/tmp/x", "--listen", "[::1]:0"}).auth ==
        auth_mode::none);
}

TEST_CASE("help, version and check print and exit with success") {
  CHECK(contains(print({"--help"}).standard_output, "--drain-timeout SECONDS"));
  CHECK(contains(print({"-h"}).standard_output, "SIDEWIRE_TOKEN"));
  CHECK(contains(print({"--help-limits"}).standard_output, "--max-message-bytes BYTES"));
  CHECK(print({"--version"}).standard_output == "sidewire 0.1.0\n");
  const auto checked = print({"--check-config"}, {"SIDEWIRE_PROT=1"});
  CHECK(checked.exit_status == 0);
  CHECK(contains(checked.standard_error, "warning: SIDEWIRE_PROT"));

  const temporary_file file{"[server]\nprot = 1\n"};
  CHECK(contains(refusal({"--check-config", "--config", file.path()}),
                 file.path() + ":2: unknown key 'prot'"));
}

TEST_CASE("a base path and a public address are refused where they are none") {
  for (const char* path : {"/side", "/side/car", "/a.b_c~d-e"}) {
    CHECK(serve({"--base-path", path}).base_path == path);
  }
  for (const char* path : {"side", "/", "/side/", "/a//b", "/a?b", "/a b", "/a%20b"}) {
    CAPTURE(path);
    CHECK(contains(refusal({"--base-path", path}), "is not a base path"));
  }
  for (const char* url : {"http://localhost:8080", "https://app.example.com/side"}) {
    CHECK(serve({"--public-url", url}).public_url == url);
  }
  for (const char* url : {"app.example.com", "ftp://a.example", "https://", "https://a.example/",
                          "https://a.example/b?c", "https://a b", "https://u@a.example"}) {
    CAPTURE(url);
    CHECK(contains(refusal({"--public-url", url}), "is not an address"));
  }
}

TEST_CASE("the rules of hosts and origins follow from the configuration") {
  const auto guarded = origin_rules_of(serve({"--host", "192.168.1.5", "--allow-host", "a.lan"}));
  CHECK(guarded.allow_hosts == texts{"a.lan", "192.168.1.5"});
  CHECK(guarded.loopback == sidewire::security::loopback_pages::allowed);
  const auto open = origin_rules_of(serve({"--auth", "none", "--allow-origin", "null"}));
  CHECK(open.loopback == sidewire::security::loopback_pages::refused);
  CHECK(open.allow_origins.size() == 1);
  CHECK(origin_rules_of(serve({"--host", "0.0.0.0"})).allow_hosts.empty());
  const auto proxied =
      origin_rules_of(serve({"--public-url", "https://app.example.com:8443/side"}));
  CHECK(proxied.allow_hosts == texts{"app.example.com"});
  REQUIRE(proxied.allow_origins.size() == 1);
  CHECK(proxied.allow_origins[0].matches("https://app.example.com:8443"));
  CHECK_FALSE(proxied.allow_origins[0].matches("https://app.example.com"));

  configuration unchecked;
  unchecked.allow_origins = {"*"};
  CHECK_THROWS_AS(origin_rules_of(unchecked), std::invalid_argument);
  unchecked.allow_origins.clear();
  unchecked.allow_hosts = {"a:80"};
  CHECK_THROWS_AS(origin_rules_of(unchecked), std::invalid_argument);
}
