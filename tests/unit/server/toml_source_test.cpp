#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/configuration_sources.hpp"
#include "server/configuration_text.hpp"
#include "tests/unit/server/contains.hpp"

using namespace sidewire::server;
using sidewire::test::contains;
using std::chrono::milliseconds;

namespace {

configuration_result read(std::string_view text) {
  configuration_builder builder;
  read_toml(text, "/etc/sidewire/sidewire.toml", builder);
  return std::move(builder).finish();
}

/// The one error of a text.
std::string error_of(std::string_view text) {
  const auto result = read(text);
  REQUIRE(result.errors.size() == 1);
  return to_string(result.errors.front());
}

}  // namespace

TEST_CASE("a file sets options, limits and log files") {
  const auto result = read(R"(
[server]
port = 0
drain-timeout = 2.5
idle-exit = 60
auth = "token"
allow-origin = ["https://*.example.com", "null"]
exit-on-stdin-eof = true
log-level = "debug"
log-format = "json"

[limits]
max-message-bytes = 1_000_000
heartbeat = 0.5

[[logs]]
name = "dpkg"
path = "/var/log/dpkg.log"

[[logs]]
name = "web"
path = "web/*.log"
format = "json"
)");
  CHECK(result.errors.empty());
  CHECK(result.warnings.empty());
  CHECK(result.chosen.port == 0);
  CHECK(result.chosen.drain_timeout == milliseconds{2500});
  CHECK(result.chosen.idle_exit == milliseconds{60'000});
  CHECK(result.chosen.allow_origins == std::vector<std::string>{"https://*.example.com", "null"});
  CHECK(result.chosen.exit_on_stdin_eof);
  CHECK(result.chosen.log_level == sidewire::base::log_level::debug);
  CHECK(result.chosen.log_style == log_format::json);
  CHECK(result.chosen.limits.max_message_bytes == 1'000'000);
  CHECK(result.chosen.limits.heartbeat == milliseconds{500});
  REQUIRE(result.chosen.logs.size() == 2);
  CHECK(result.chosen.logs[0].name == "dpkg");
  CHECK(result.chosen.logs[0].format == log_file_format::automatic);
  CHECK(result.chosen.logs[1].path == "/etc/sidewire/web/*.log");
  CHECK(result.chosen.logs[1].format == log_file_format::json);
  CHECK(to_string(result.places.at("port")) == "/etc/sidewire/sidewire.toml:3");
}

TEST_CASE("relative paths of a file start at its folder") {
  const auto result = read(R"([server]
tls-cert = "cert.pem"
tls-key = "../key.pem"
announce = ["a.json", "/run/b.json"]
listen = ["unix:run.sock", "127.0.0.1:0"]
)");
  REQUIRE(result.errors.empty());
  CHECK(result.chosen.tls_cert == "/etc/sidewire/cert.pem");
  CHECK(result.chosen.tls_key == "/etc/key.pem");
  CHECK(result.chosen.announce == std::vector<std::string>{"/etc/sidewire/a.json", "/run/b.json"});
  CHECK(result.chosen.listen ==
        std::vector<std::string>{"unix:/etc/sidewire/run.sock", "127.0.0.1:0"});
}

TEST_CASE("an unknown key is an error with its line and the nearest name") {
  const auto error = error_of("[server]\nport = 1\ndrain-timeot = 3\n");
  CHECK(contains(error, "sidewire.toml:3: "));
  CHECK(contains(error, "unknown key 'drain-timeot' in [server]"));
  CHECK(contains(error, "did you mean 'drain-timeout'?"));

  CHECK(contains(error_of("[limits]\nmax_depth = 3\n"),
                 ":2: unknown key 'max_depth' in [limits] "
                 "(did you mean 'max-depth'?)"));
  CHECK_FALSE(contains(error_of("[server]\nfrobnicate = 3\n"), "did you mean"));
  CHECK(contains(error_of("[sever]\n"),
                 ":1: unknown key 'sever' at the top level (did you mean "
                 "'server'?)"));
  CHECK(contains(error_of("[[logs]]\nname='a'\npath='/b'\nfromat='json'\n"),
                 ":4: unknown key 'fromat' in [[logs]] (did you mean 'format'?)"));
}

TEST_CASE("a key in the wrong table is an error that names the right one") {
  CHECK(contains(error_of("port = 1\n"),
                 ":1: unknown key 'port' at the top level; it belongs "
                 "under [server]"));
  CHECK(contains(error_of("[server]\nmax-depth = 1\n"), "belongs under [limits]"));
}

TEST_CASE("a token in the file is refused, and the error says where it belongs without it") {
  const auto error = error_of("[server]\ntoken = 'hunter2'\n");
  CHECK(contains(error, "SIDEWIRE_TOKEN"));
  CHECK_FALSE(contains(error, "hunter2"));
}

TEST_CASE("a value of the wrong type is an error that says what was expected") {
  CHECK(contains(error_of("[server]\nport = '80'\n"),
                 ":2: port: expected a whole number from 0 to 65535, not a text"));
  CHECK(contains(error_of("[server]\nport = 80.0\n"), "not a number with a fraction"));
  CHECK(contains(error_of("[server]\ndrain-timeout = '5s'\n"), "expected a number of seconds"));
  CHECK(contains(error_of("[server]\ndrain-timeout = true\n"), "expected a number of seconds"));
  CHECK(contains(error_of("[server]\nhost = 1\n"), "host: expected a text, not a whole number"));
  CHECK(contains(error_of("[server]\nlisten = '127.0.0.1:1'\n"),
                 "listen: expected an array of addresses, not a text"));
  CHECK(contains(error_of("[server]\nallow-host = ['a', 1]\n"), "every element must be a text"));
  CHECK(contains(error_of("[server]\nexit-on-stdin-eof = 1\n"), "expected true or false"));
  CHECK(contains(error_of("server = 1\n"), "expected a table, as in [server]"));
  CHECK(contains(error_of("[logs]\nname='a'\n"), "[[logs]]"));
}

TEST_CASE("a value out of range is an error that says what was expected") {
  CHECK(contains(error_of("[server]\nport = 65536\n"),
                 ":2: port: 65536 is out of range; expected a whole number from 0 to 65535"));
  CHECK(contains(error_of("[server]\nthreads = 0\n"), "from 1 to 256"));
  CHECK(contains(error_of("[server]\ndrain-timeout = -1\n"), "-1 is out of range"));
  CHECK(contains(error_of("[server]\ndrain-timeout = nan\n"), "expected a number of seconds"));
  CHECK(contains(error_of("[limits]\nheartbeat = 0\n"), "from 0.001 to 86400"));
  CHECK(contains(error_of("[server]\nlog-level = 'loud'\n"),
                 "'loud' is not known; expected trace, debug, info, warn, error or off"));
  CHECK(contains(error_of("[server]\nauth = 'jwt'\n"), "not supported by this version"));
}

TEST_CASE("a log file needs a name of its own and a path") {
  CHECK(contains(error_of("\n[[logs]]\npath = '/a'\n"), ":2: this [[logs]] entry lacks its name"));
  CHECK(contains(error_of("[[logs]]\nname = 'a'\n"), "lacks its path"));
  CHECK(contains(error_of("[[logs]]\nname='a'\npath='/a'\n[[logs]]\nname='a'\npath='/b'\n"),
                 ":4: a second [[logs]] entry is named 'a'"));
  CHECK(contains(error_of("[[logs]]\nname = '../a'\npath = '/a'\n"), ":2: name: '../a'"));
  CHECK(contains(error_of("[[logs]]\nname = 'a'\npath = ''\n"), "must not be empty"));
  CHECK(contains(error_of("[[logs]]\nname='a'\npath='/a'\nformat='xml'\n"),
                 "format: 'xml' is not known; expected auto, plain, json or syslog"));
}

TEST_CASE("a topic has all that a service could declare in code") {
  const auto result = read(R"(
[[topic]]
name = "project/*"
summary = "Changes of a project."
events = ["project.changed", "project.removed"]
history-count = 100
history-bytes = 1000000
history-age = 1.5
retain = true
queue = 7
min-interval = 0.1
conflate = "batch"
delta = true
publish = "write"
subscribe = "read"

[[topic]]
name = "plain"
events = ["plain.event"]
)");
  CHECK(result.errors.empty());
  REQUIRE(result.chosen.topics.size() == 2);
  const sidewire::topic_options& topic = result.chosen.topics[0];
  CHECK(topic.name == "project/*");
  CHECK(topic.summary == "Changes of a project.");
  CHECK(topic.events == std::vector<std::string>{"project.changed", "project.removed"});
  CHECK(topic.history.max_count == 100);
  CHECK(topic.history.max_bytes == 1'000'000);
  CHECK(topic.history.max_age == milliseconds{1500});
  CHECK(topic.retains_last);
  CHECK(topic.max_queue_count == 7);
  CHECK(topic.rate.min_interval == milliseconds{100});
  CHECK(topic.rate.conflate == sidewire::conflation::batch);
  CHECK(topic.is_delta);
  CHECK(topic.publish_scope == "write");
  CHECK(topic.subscribe_scope == "read");
  CHECK_FALSE(result.chosen.topics[1].publish_scope);
}

TEST_CASE("what is wrong with a topic is told with its line") {
  CHECK(contains(error_of("\n[[topic]]\nevents = ['e']\n"),
                 ":2: this [[topic]] entry lacks its name"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\n"), "lacks its events"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\nevents = ['e']\nretian = true\n"),
                 ":4: unknown key 'retian' in [[topic]] (did you mean 'retain'?)"));
  CHECK(contains(error_of("[[topic]]\nname = 'a/**/b'\nevents = ['e']\n"),
                 ":2: name: a pattern has"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\nevents = ['topic.x']\n"), "is reserved"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\nevents = []\n"), "at least one event"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\nevents = ['e']\nhistory-count = -1\n"),
                 ":4: history-count"));
  CHECK(contains(error_of("[[topic]]\nname = 'a'\nevents = ['e']\nqueue = 'x'\n"),
                 "expected a whole number"));
  CHECK(contains(error_of("[[topic]]\nname='a'\nevents=['e']\n[[topic]]\nname='a'\nevents=['e']\n"),
                 ":4: the topic \"a\": the name is taken"));
  CHECK(contains(error_of("[topic]\nname = 'a'\n"), "[[topic]]"));
}

TEST_CASE("all that is wrong with a file is told at once, in the order of its lines") {
  const auto result = read("[server]\nthreads = 0\nport = -1\nauth = 'x'\n[limits]\nx = 1\n");
  REQUIRE(result.errors.size() == 4);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(result.errors[i].where.line == i + 2);
  CHECK(result.errors[3].where.line == 6);
}

TEST_CASE("what is no TOML is an error with its line") {
  CHECK(contains(error_of("[server]\nport = \n"), "sidewire.toml:2: "));
  CHECK(contains(error_of("[server]\nport = 1\nport = 2\n"), "sidewire.toml:3: "));
}

TEST_CASE("a file that cannot be read is an error") {
  configuration_builder builder;
  read_configuration_file("/nonexistent/sidewire.toml", builder);
  const auto result = std::move(builder).finish();
  REQUIRE(result.errors.size() == 1);
  CHECK(to_string(result.errors[0]) == "/nonexistent/sidewire.toml: this file cannot be read");
}
