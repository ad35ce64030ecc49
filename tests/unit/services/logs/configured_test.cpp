#include "services/logs/configured.hpp"

#include <doctest/doctest.h>

namespace sidewire::services {

TEST_CASE("configured log files keep their names, paths and formats") {
  using server::log_file_format;
  server::configuration chosen;
  chosen.logs = {{"a", "/a", log_file_format::automatic},
                 {"b", "/b", log_file_format::plain},
                 {"c", "/c", log_file_format::json},
                 {"d", "/d/*", log_file_format::syslog}};
  const logs_configuration made = logs_of(chosen);
  REQUIRE(made.sources.size() == 4);
  CHECK(made.sources[0].format == logs::line_format::detect);
  CHECK(made.sources[1].format == logs::line_format::plain);
  CHECK(made.sources[2].format == logs::line_format::json);
  CHECK(made.sources[3].format == logs::line_format::syslog);
  CHECK(made.sources[3].name == "d");
  CHECK(made.sources[3].path == "/d/*");
}

TEST_CASE("a payload in base64 fits into a response") {
  server::configuration chosen;
  chosen.limits.max_response_bytes = 1'000'000;
  CHECK(logs_of(chosen).max_payload_bytes / 3 * 4 + 4000 < 1'000'000);
  CHECK(logs_of(chosen).max_payload_bytes > 700'000);
  chosen.limits.max_response_bytes = 1000;
  CHECK(logs_of(chosen).max_payload_bytes == 0);
}

}  // namespace sidewire::services
