#include "server/configuration_text.hpp"
#include "server/topic_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/pfr/tuple_size.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "server/configuration_sources.hpp"

using namespace sidewire::server;

namespace {

void assign(configuration_builder& builder, std::string_view name,
            const std::vector<std::string>& values) {
  const option* row = find_option(name);
  REQUIRE(row);
  builder.assign_texts(*row, values, {value_source::command_line, "--" + std::string{name}});
}

}  // namespace

TEST_CASE("the option table names each option once, and its default is one that it takes") {
  std::set<std::string_view> names;
  for (const auto& row : option_table()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.help.empty());
    CHECK((row.placeholder.empty() == (row.rule.kind == value_kind::flag)));
    configuration chosen;
    const option_value value = row.get(chosen);
    const auto* text = std::get_if<std::string>(&value);
    if (!text || !text->empty()) CHECK_FALSE(problem_with(row.rule, value));
    row.set(chosen, value);
    CHECK(row.get(chosen) == value);
  }
}

TEST_CASE("every limit has an option") {
  constexpr std::ptrdiff_t limit_count = boost::pfr::tuple_size_v<sidewire::base::limits>;
  CHECK(std::ranges::count(option_table(), "limits", &option::section) == limit_count);
}

TEST_CASE("an option has one name everywhere") {
  CHECK(environment_name("drain-timeout") == "SIDEWIRE_DRAIN_TIMEOUT");
  REQUIRE(find_option("drain-timeout"));
  CHECK(find_option("drain-timeout")->section == "server");
  CHECK(find_option("max-depth")->section == "limits");
  CHECK_FALSE(find_option("token"));
}

TEST_CASE("the printed configuration says where each value came from, and never the token") {
  configuration_builder builder;
  assign(builder, "port", {"0"});
  builder.assign_token("s3cret-token", {value_source::environment, "SIDEWIRE_TOKEN"});
  const auto text = configuration_as_toml(std::move(builder).finish());
  CHECK(text.find("\n[server]\nhost = \"localhost\"  # default\nport = 0  # --port\n") !=
        std::string::npos);
  CHECK(text.find("\n# tls-cert is not set\n") != std::string::npos);
  CHECK(text.find("\n[limits]\nmax-message-bytes = 16777216  # default\n") != std::string::npos);
  CHECK(text.find("s3cret") == std::string::npos);
}

TEST_CASE("the printed configuration, read as a file, says the same again") {
  configuration_builder builder;
  assign(builder, "listen", {"127.0.0.1:0", "unix:/run/x \"y\".sock"});
  assign(builder, "allow-origin", {"https://*.example.com", "null"});
  assign(builder, "drain-timeout", {"0.25"});
  assign(builder, "launch", {"ui 'a\tb' \"c\\d\" \x7f \xC2\x85 \xE2\x82\xAC"});
  assign(builder, "announce", {"relative.json"});
  assign(builder, "log-level", {"warn"});
  assign(builder, "exit-on-stdin-eof", {"true"});
  assign(builder, "max-batch", {"5"});
  builder.add_log_source({"web", "/var/log/web.*", log_file_format::syslog}, place{});
  builder.add_topic({.name = "a/*",
                     .events = {"e", "f"},
                     .history = {.max_count = 3, .max_age = std::chrono::milliseconds{250}},
                     .publish_scope = ""},
                    place{});
  const auto first = std::move(builder).finish();
  REQUIRE(first.errors.empty());

  configuration_builder again;
  read_toml(configuration_as_toml(first), "/elsewhere/sidewire.toml", again);
  const auto second = std::move(again).finish();
  for (const auto& error : second.errors) FAIL_CHECK(to_string(error));
  for (const auto& row : option_table()) {
    CAPTURE(row.name);
    CHECK(row.get(second.chosen) == row.get(first.chosen));
  }
  REQUIRE(second.chosen.logs.size() == 1);
  CHECK(second.chosen.logs[0].path == "/var/log/web.*");
  CHECK(second.chosen.logs[0].format == log_file_format::syslog);
  REQUIRE(second.chosen.topics.size() == 1);
  for (const auto& row : topic_table()) {
    CAPTURE(row.name);
    CHECK(row.get(second.chosen.topics[0]) == row.get(first.chosen.topics[0]));
  }
}

TEST_CASE("schemas/configuration.schema.json is what the option table gives") {
  std::ifstream file{SIDEWIRE_SOURCE_DIR "/schemas/configuration.schema.json"};
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK_MESSAGE(text.str() == configuration_schema(),
                "write it anew: sidewire --print-schema > schemas/configuration.schema.json");
}

TEST_CASE("help mentions every option once") {
  const std::string all = help_text() + limits_help_text();
  for (const auto& row : option_table()) {
    const std::string entry = "\n  --" + std::string{row.name} +
                              (row.placeholder.empty() ? " " : " " + std::string{row.placeholder});
    CAPTURE(entry);
    const auto first = all.find(entry);
    CHECK(first != std::string::npos);
    CHECK(all.find(entry, first + 1) == std::string::npos);
  }
}
