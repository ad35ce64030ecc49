#include "services/logs/line_parser.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/services/logs/test_clock.hpp"

namespace sidewire::services::logs {
namespace {

/// "time | level | message", to compare a whole line at once.
std::string read(std::string_view line, line_format format = line_format::detect) {
  line_parser parser{format, utc_clock()};
  const parsed_line parsed = parser.parse({line});
  CHECK(parsed.line == line);
  constexpr std::string_view levels[]{"trace", "debug", "info", "warn", "error", "fatal"};
  std::string text = text_of(parsed.time);
  text += " | ";
  if (parsed.level) text += levels[static_cast<std::size_t>(*parsed.level)];
  return text.append(" | ").append(parsed.message);
}

}  // namespace

TEST_CASE("the logs of Debian's package tools are understood") {
  CHECK(read("2026-11-21 03:31:00 status installed debootstrap:all 1.0.128+nmu2+deb12u2") ==
        "2026-11-21T03:31:00.000Z |  | status installed debootstrap:all 1.0.128+nmu2+deb12u2");
  CHECK(read("Start-Date: 2026-11-21  03:31:00") ==
        "2026-11-21T03:31:00.000Z |  | Start-Date: 2026-11-21  03:31:00");
  CHECK(read("Commandline: apt-get install -y jq") == " |  | Commandline: apt-get install -y jq");
  CHECK(read("Log ended: 2026-11-21  03:31:00") ==
        "2026-11-21T03:31:00.000Z |  | Log ended: 2026-11-21  03:31:00");
  const std::string alternatives = "update-alternatives 2026-11-21 03:20:27: run with --quiet";
  CHECK(read(alternatives) == "2026-11-21T03:20:27.000Z |  | " + alternatives);
}

TEST_CASE("syslog lines lose their host and keep their program") {
  const std::string expected = "2026-11-21T03:14:15.000Z |  | cron[812]: (root) CMD (run-parts)";
  CHECK(read("Nov 21 03:14:15 host cron[812]: (root) CMD (run-parts)") == expected);
  CHECK(read("2026-11-21T03:14:15.000000+00:00 host cron[812]: (root) CMD (run-parts)") ==
        expected);
  CHECK(read("Nov 21 03:14:15 host kernel: [    0.000000] Linux version 6.1") ==
        "2026-11-21T03:14:15.000Z |  | kernel: [    0.000000] Linux version 6.1");
  CHECK(read("Nov 21 03:14:15 last message repeated 2 times") ==
        "2026-11-21T03:14:15.000Z |  | last message repeated 2 times");
  CHECK(read("2026-11-21T03:14:15+00:00 host su: pam_unix", line_format::syslog) ==
        "2026-11-21T03:14:15.000Z |  | su: pam_unix");
}

TEST_CASE("syslog lines have the level of their priority, or of their text") {
  CHECK(read("<11>Nov 21 03:14:15 host app[1]: broken") ==
        "2026-11-21T03:14:15.000Z | error | app[1]: broken");
  CHECK(read("Nov 21 03:14:15 host sshd[9]: error: kex_exchange_identification") ==
        "2026-11-21T03:14:15.000Z | error | sshd[9]: error: kex_exchange_identification");
  CHECK(read("Nov 21 03:14:15 host dpkg: warning: x") ==
        "2026-11-21T03:14:15.000Z | warn | dpkg: warning: x");
}

TEST_CASE("RFC 5424 lines are read with their structured data") {
  CHECK(read("<165>1 2026-11-21T03:14:15.003Z host su 77 ID47 "
             "[a@1 iut=\"3\" x=\"q\\\"]\"][b@2 y=\"z\"] \xEF\xBB\xBF'su root' failed") ==
        "2026-11-21T03:14:15.003Z | info | su[77]: 'su root' failed");
  CHECK(read("<34>1 - - - - - - plain text") == " | fatal | plain text");
  CHECK(read("<34>1 2026-11-21T03:14:15Z host app - - -") ==
        "2026-11-21T03:14:15.000Z | fatal | app: ");
  CHECK(read("<192>1 2026-11-21T03:14:15Z host app - - - no priority") ==
        "2026-11-21T03:14:15.000Z |  | <192>1 2026-11-21T03:14:15Z host app - - - no priority");
}

TEST_CASE("JSON lines are read under the names that loggers use") {
  CHECK(read(R"({"time":"2026-11-21T03:14:15.5Z","level":"INFO","msg":"a\nb"})") ==
        "2026-11-21T03:14:15.500Z | info | a\nb");
  CHECK(read(R"({"level":50,"time":1795230855500,"pid":1,"msg":"pino"})") ==
        "2026-11-21T03:14:15.500Z | error | pino");
  CHECK(read(R"({"ts":1795230855.5,"level":"warn","logger":"x","msg":"zap"})") ==
        "2026-11-21T03:14:15.500Z | warn | zap");
  CHECK(read(R"({"@timestamp":"2026-11-21T03:14:15Z","log.level":"debug","message":"ecs"})") ==
        "2026-11-21T03:14:15.000Z | debug | ecs");
  CHECK(read(R"({"log":"docker\n","stream":"stdout","time":"2026-11-21T03:14:15.123456Z"})") ==
        "2026-11-21T03:14:15.123Z |  | docker");
  CHECK(read(R"({"severity":"CRITICAL","message":"first","msg":"second"})") == " | fatal | first");
}

TEST_CASE("JSON that is none, or says nothing known, is its own message") {
  CHECK(read(R"({"a":1})") == R"( |  | {"a":1})");
  CHECK(read("{not json", line_format::json) == " |  | {not json");
  CHECK(read(R"({"time":"2026-11-21T03:14:15Z")") == R"( |  | {"time":"2026-11-21T03:14:15Z")");
  CHECK(read(R"({"time":{},"level":[],"msg":7})") == R"( |  | {"time":{},"level":[],"msg":7})");
  CHECK(read("[1,2]", line_format::json) == " |  | [1,2]");
}

TEST_CASE("plain lines have a level where programs put it") {
  const std::string time = "2026-11-21T03:14:15.000Z | ";
  CHECK(read("2026-11-21 03:14:15 ERROR something broke") == time + "error | something broke");
  CHECK(read("2026-11-21 03:14:15,000 - app.db - WARNING - slow query") ==
        time + "warn | app.db - WARNING - slow query");
  CHECK(read("2026/11/21 03:14:15 [error] 12#0: *5 open() failed") ==
        time + "error | 12#0: *5 open() failed");
  CHECK(read("[Sat Nov 21 03:14:15.000000 2026] [core:error] [pid 7] AH00: x") ==
        time + "error | [pid 7] AH00: x");
  CHECK(read("2026-11-21 03:14:15.000 UTC [99] LOG:  database system is ready") ==
        time + "info | [99] LOG:  database system is ready");
  CHECK(read("2026-11-21T03:14:15Z \x1b[33mWARN\x1b[0m low disk") == time + "warn | low disk");
  CHECK(read("time=2026-11-21 level=debug msg=hello") ==
        " | debug | time=2026-11-21 level=debug msg=hello");
  CHECK(read("error: could not lock") == " | error | could not lock");
}

TEST_CASE("words that only look like levels are none") {
  CHECK(read("an error occurred while fatal things went on") ==
        " |  | an error occurred while fatal things went on");
  CHECK(read("information about level=unknown") == " |  | information about level=unknown");
  CHECK(read("ERROR") == " | error | ERROR");
  CHECK(read("") == " |  | ");
}

TEST_CASE("a line that was cut ends with a mark") {
  line_parser parser{line_format::detect, utc_clock()};
  const parsed_line parsed = parser.parse({.text = "2026-11-21 03:14:15 begin", .cut = true});
  CHECK(text_of(parsed.time) == "2026-11-21T03:14:15.000Z");
  CHECK(parsed.message == "begin … [cut]");
  CHECK(parsed.line == "2026-11-21 03:14:15 begin … [cut]");
}

TEST_CASE("formats have the names that configurations use") {
  for (const auto format :
       {line_format::detect, line_format::plain, line_format::json, line_format::syslog}) {
    CHECK(format_of(name_of(format)) == format);
  }
  CHECK(name_of(line_format::detect) == "auto");
  CHECK(!format_of("xml"));
}

}  // namespace sidewire::services::logs
