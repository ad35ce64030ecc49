#include "server/log_line.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace sidewire::server;
using namespace std::chrono_literals;
using sidewire::base::log_field;
using sidewire::base::log_level;

namespace {

const auto when = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4} + 5h + 6min + 7s + 89ms;

std::string line(log_style style, log_level level, std::string_view message,
                 std::initializer_list<log_field> fields = {}) {
  std::string out;
  append_log_line(out, style, when, level, message, fields);
  return out;
}

}  // namespace

TEST_CASE("a JSON log line is one object with time, level, message and the fields") {
  CHECK(
      line(log_style::json, log_level::info, "listening",
           {{"address", std::string_view{"127.0.0.1:1"}},
            {"count", std::int64_t{-3}},
            {"bytes", std::numeric_limits<std::uint64_t>::max()},
            {"seconds", 0.25},
            {"ok", true}}) ==
      R"({"time":"2026-03-04T05:06:07.089Z","level":"info","message":"listening",)"
      R"("address":"127.0.0.1:1","count":-3,"bytes":18446744073709551615,"seconds":0.25,"ok":true})"
      "\n");
  CHECK(line(log_style::json, log_level::error, "x",
             {{"value", std::numeric_limits<double>::infinity()}})
            .find(R"("value":null})") != std::string::npos);
}

TEST_CASE("a text log line reads well, and quotes values only where they need it") {
  CHECK(line(log_style::text, log_level::warn, "slow reader",
             {{"peer", std::string_view{"127.0.0.1:9"}},
              {"name", std::string_view{"a b"}},
              {"empty", std::string_view{}},
              {"query", std::string_view{"a=\"b\""}},
              {"count", std::int64_t{7}}}) ==
        "05:06:07.089 warn  slow reader  peer=127.0.0.1:9  name=\"a b\"  empty=\"\"  "
        "query=\"a=\\\"b\\\"\"  count=7\n");
}

TEST_CASE("colours stand around time, level and names") {
  const auto text = line(log_style::coloured_text, log_level::error, "x", {{"n", true}});
  CHECK(text.find("\x1b[1;31merror\x1b[0m") != std::string::npos);
  CHECK(text.find("\x1b[2mn=\x1b[0mtrue\n") != std::string::npos);
}

TEST_CASE("nothing that is logged can begin a line or steer a terminal") {
  const std::string_view evil{"a\n{\"level\":\"error\"}\r\x1b[2J\x00\x7f\xC2\x9B\xFF", 29};
  for (const auto style : {log_style::json, log_style::text}) {
    const auto text = line(style, log_level::info, evil, {{"field", evil}});
    CHECK(text.find('\n') == text.size() - 1);
    for (const char c : text.substr(0, text.size() - 1)) {
      const auto byte = static_cast<unsigned char>(c);
      CHECK(byte >= 0x20);
      CHECK(byte != 0x7F);
    }
    CHECK(text.find("\xC2\x9B") == std::string::npos);
    CHECK(text.find('\xFF') == std::string::npos);
  }
}

TEST_CASE("a long text is cut") {
  const auto text = line(log_style::json, log_level::info, std::string(100'000, 'x'));
  CHECK(text.size() < 9000);
}

TEST_CASE("a descriptor that is no terminal gets JSON, or text without colours") {
  CHECK(style_for(log_format::automatic, -1) == log_style::json);
  CHECK(style_for(log_format::json, -1) == log_style::json);
  CHECK(style_for(log_format::text, -1) == log_style::text);
}
