#include "services/logs/scan.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/unit/services/logs/temporary_directory.hpp"
#include "tests/unit/services/logs/test_clock.hpp"

namespace sidewire::services::logs {
namespace {

const zone_offset utc = [](auto) { return std::chrono::seconds{0}; };

struct outcome {
  std::vector<std::string> lines;  // oldest first
  scan_end end;
};

outcome scanned(
    const std::vector<std::string>& texts, const scan_request& wanted,
    const std::function<bool()>& cancelled = [] { return false; }) {
  const temporary_directory directory;
  std::vector<file_part> files;
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const std::string path = directory.write(std::to_string(index), texts[index]);
    files.push_back({*log_file::open(path), texts[index].size()});
  }
  const scan_result found = scan(std::move(files), line_format::detect, utc, wanted, cancelled);
  outcome shown{.lines = {}, .end = found.end};
  for (const log_entry& entry : oldest_first(found.newest_first)) shown.lines.push_back(entry.line);
  return shown;
}

using lines = std::vector<std::string>;

const std::string day =
    "2026-11-21 01:00:00 INFO one\n"
    "2026-11-21 02:00:00 ERROR two\n"
    "  at function (file.js:1)\n"
    "  at other (file.js:2)\n"
    "2026-11-21 03:00:00 WARN three\n";

}  // namespace

TEST_CASE("the newest entries are taken") {
  CHECK(scanned({day}, {.max_entries = 2}).lines ==
        lines{"  at other (file.js:2)", "2026-11-21 03:00:00 WARN three"});
  CHECK(scanned({day}, {.max_entries = 2}).end == scan_end::entries);
  CHECK(scanned({day}, {.max_entries = 5}).end == scan_end::complete);
  CHECK(scanned({""}, {}).lines.empty());
  CHECK(scanned({}, {}).end == scan_end::complete);
}

TEST_CASE("lines without a time have the time and level of the one before them") {
  CHECK(scanned({day}, {.level = log_level::error}).lines == lines{"2026-11-21 02:00:00 ERROR two",
                                                                   "  at function (file.js:1)",
                                                                   "  at other (file.js:2)"});
  CHECK(scanned({day}, {.since = at("2026-11-21T01:30:00Z"), .until = at("2026-11-21T03:00:00Z")})
            .lines.size() == 3);
}

TEST_CASE("levels are at least, times from and before, text in any case") {
  CHECK(scanned({day}, {.level = log_level::warn}).lines.size() == 4);
  CHECK(scanned({day}, {.since = at("2026-11-21T03:00:00Z")}).lines ==
        lines{"2026-11-21 03:00:00 WARN three"});
  CHECK(scanned({day}, {.until = at("2026-11-21T02:00:00Z")}).lines ==
        lines{"2026-11-21 01:00:00 INFO one"});
  CHECK(scanned({day}, {.contains = "FILE.JS:2"}).lines == lines{"  at other (file.js:2)"});
  CHECK(scanned({day}, {.contains = "four"}).lines.empty());
}

TEST_CASE("in a file without times, times match nothing and the rest does") {
  const std::string text = "error: a\nplain\nwarning: b\n";
  CHECK(scanned({text}, {}).lines == lines{"error: a", "plain", "warning: b"});
  CHECK(scanned({text}, {.level = log_level::warn}).lines == lines{"error: a", "warning: b"});
  CHECK(scanned({text}, {.since = at("2020-01-01")}).lines.empty());
}

TEST_CASE("several files are one log in the order of their times") {
  CHECK(scanned({"2026-11-21 01:00:00 a\n2026-11-21 03:00:00 c\n  c continued\n",
                 "2026-11-21 02:00:00 b\n2026-11-21 04:00:00 d\n"},
                {})
            .lines == lines{"2026-11-21 01:00:00 a", "2026-11-21 02:00:00 b",
                            "2026-11-21 03:00:00 c", "  c continued", "2026-11-21 04:00:00 d"});
}

TEST_CASE("a file is read little further than the time that is asked for") {
  std::string text;
  for (int index = 0; index < 100'000; ++index) text += "2026-11-20 01:00:00 old\n";
  text += "2026-11-21 01:00:00 late\n2026-11-20 23:00:00 older\n2026-11-21 02:00:00 new\n";
  // The bound on reading would be passed otherwise.
  const outcome found =
      scanned({text}, {.since = at("2026-11-21T00:00:00Z"), .max_read_bytes = 100'000});
  CHECK(found.lines == lines{"2026-11-21 01:00:00 late", "2026-11-21 02:00:00 new"});
  CHECK(found.end == scan_end::complete);
}

TEST_CASE("a scan ends at its bounds and when it is cancelled") {
  std::string text;
  for (int index = 0; index < 100'000; ++index) text += "2026-11-20 01:00:00 line\n";
  CHECK(scanned({text}, {.contains = "none", .max_read_bytes = 100'000}).end == scan_end::reading);
  const outcome little = scanned({text}, {.max_entries = 100'000, .max_text_bytes = 100});
  CHECK(little.end == scan_end::text);
  CHECK(little.lines.size() == 4);
  CHECK(scanned({text}, {.contains = "none"}, [] { return true; }).end == scan_end::cancelled);
}

TEST_CASE("entries outlive the lines that they were made of") {
  line_parser parser{line_format::detect, utc_clock()};
  entry_list list;
  for (int index = 0; index < 20'000; ++index) {
    const std::string number = std::to_string(index);
    list.add(parser.parse({R"({"msg":"tab\t)" + number + R"("})"}));
    list.add(parser.parse({"2026-11-21 03:14:15 INFO message " + number}));
  }
  REQUIRE(list.size() == 40'000);
  for (std::size_t index = 0; index < 20'000; ++index) {
    const std::string number = std::to_string(index);
    REQUIRE(list.lines()[2 * index].message == "tab\t" + number);
    REQUIRE(list.lines()[2 * index + 1].message == "message " + number);
    REQUIRE(list.lines()[2 * index + 1].line == "2026-11-21 03:14:15 INFO message " + number);
  }
}

}  // namespace sidewire::services::logs
