#include "services/logs/time_text.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/services/logs/test_clock.hpp"

namespace sidewire::services::logs {
namespace {

std::string front(std::string_view text, const wall_clock& clock = utc_clock()) {
  const auto found = time_at_front(text, clock);
  return found ? text_of(found->time) : std::string{};
}

std::string ago(std::string_view text) {
  return text_of(moment(text, at("2026-11-21T03:38:02Z")));
}

}  // namespace

TEST_CASE("times in ISO form are read with any separator, fraction and zone") {
  const std::string expected = "2026-11-21T03:14:15.123Z";
  CHECK(front("2026-11-21T03:14:15.123Z") == expected);
  CHECK(front("2026-11-21T03:14:15.123456789Z rest") == expected);
  CHECK(front("2026-11-21 03:14:15,123 - name") == expected);
  CHECK(front("2026/11/21 03:14:15.123 UTC [7] LOG") == expected);
  CHECK(front("2026-11-21T04:14:15.123+01:00 host") == expected);
  CHECK(front("2026-11-20T22:14:15.123-0500 host") == expected);
  CHECK(front("2026-11-21 04:44:15.123 +0130 x") == expected);
  CHECK(front("[2026-11-21T03:14:15.123Z] text") == expected);
  CHECK(front("2026-11-21  03:14:15") == "2026-11-21T03:14:15.000Z");
  CHECK(front("2026-11-21 03:14 x") == "2026-11-21T03:14:00.000Z");
  CHECK(front("2016-12-31T23:59:60Z") == "2016-12-31T23:59:59.000Z");
}

TEST_CASE("a time says how much of the text it took") {
  CHECK(time_at_front("2026-11-21T03:14:15Z rest", utc_clock())->length == 20);
  CHECK(time_at_front("[2026-11-21 03:14:15] rest", utc_clock())->length == 21);
  CHECK(time_at_front("2026-11-21 03:14:15 - name", utc_clock())->length == 19);
  CHECK(time_at_front("2026-11-21 03:14:15 GMTX", utc_clock())->length == 19);
  CHECK(time_at_front("2026-11-21 03:14:15. rest", utc_clock())->length == 19);
  CHECK(time_at_front("Nov 21 03:14:15 host", utc_clock())->length == 15);
}

TEST_CASE("times without a zone are the clock's") {
  const wall_clock east = clock_ahead_of_utc(std::chrono::hours{2});
  CHECK(front("2026-11-21 03:14:15", east) == "2026-11-21T01:14:15.000Z");
  CHECK(front("Nov 21 03:14:15 host", east) == "2026-11-21T01:14:15.000Z");
  CHECK(front("2026-11-21T03:14:15Z", east) == "2026-11-21T03:14:15.000Z");
}

TEST_CASE("syslog's times get the latest year that fits") {
  CHECK(front("Nov 21 03:14:15 host") == "2026-11-21T03:14:15.000Z");
  CHECK(front("Nov  1 03:14:15 host") == "2026-11-01T03:14:15.000Z");
  CHECK(front("Dec 31 23:59:59 host") == "2025-12-31T23:59:59.000Z");
  CHECK(front("Nov 21 23:59:59.250 host") == "2026-11-21T23:59:59.250Z");
  CHECK(front("Feb 29 12:00:00 host") == "2024-02-29T12:00:00.000Z");
  CHECK(front("Jan  1 00:00:01 host", utc_clock("2026-12-31T23:59:58Z")) ==
        "2027-01-01T00:00:01.000Z");
}

TEST_CASE("the times of web servers are read") {
  CHECK(front("[21/Nov/2026:04:14:15 +0100] x") == "2026-11-21T03:14:15.000Z");
  CHECK(front("[Sat Nov 21 03:14:15.123456 2026] [core:error]") == "2026-11-21T03:14:15.123Z");
  CHECK(front("Sat Nov 21 03:14:15 2026 x") == "2026-11-21T03:14:15.000Z");
}

TEST_CASE("what is no time is not taken for one") {
  for (const std::string_view text : {"",
                                      "2",
                                      "2026",
                                      "2026-11-21",
                                      "2026-13-21 03:14:15",
                                      "2026-02-30 03:14:15",
                                      "2026-11-21 24:14:15",
                                      "2026-11-21 03:60:15",
                                      "2026-11-21 03:14:61",
                                      "2026-11/21 03:14:15",
                                      "Nov 32 03:14:15",
                                      "Nov 30",
                                      "Feb 30 03:14:15",
                                      "Foo 21 03:14:15",
                                      "[2026-11-21 03:14:15",
                                      "0000-01-01T00:00:00+01:00",
                                      "\xff\xfe",
                                      "Sat",
                                      "[",
                                      "aNo 21 03:14:15"}) {
    CAPTURE(text);
    CHECK(front(text) == "");
  }
}

TEST_CASE("a time within a line is found at the beginning of a word") {
  const wall_clock clock = utc_clock();
  CHECK(text_of(time_within("Start-Date: 2026-11-21  03:31:00", clock)) ==
        "2026-11-21T03:31:00.000Z");
  CHECK(text_of(time_within("127.0.0.1 - - [21/Nov/2026:03:14:15 +0000] \"GET /\" 200", clock)) ==
        "2026-11-21T03:14:15.000Z");
  CHECK(text_of(time_within("file-2026-11-21 03:14:15", clock)) == "");
  CHECK(text_of(time_within(std::string(300, ' ') + "2026-11-21 03:14:15", clock)) == "");
}

TEST_CASE("numbers are seconds, milliseconds, microseconds or nanoseconds by their size") {
  const std::string expected = "2026-11-21T03:14:15.500Z";
  CHECK(text_of(time_of_epoch(1795230855.5)) == expected);
  CHECK(text_of(time_of_epoch(1795230855500)) == expected);
  CHECK(text_of(time_of_epoch(1795230855500000)) == expected);
  CHECK(text_of(time_of_epoch(1795230855500000000)) == expected);
  CHECK(text_of(time_of_epoch(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(text_of(time_of_epoch(1e300)) == "");
}

TEST_CASE("a moment is a time in UTC or how long ago") {
  CHECK(ago("2026-11-21T03:14:15Z") == "2026-11-21T03:14:15.000Z");
  CHECK(ago("2026-11-21") == "2026-11-21T00:00:00.000Z");
  CHECK(ago("90s") == "2026-11-21T03:36:32.000Z");
  CHECK(ago("30m") == "2026-11-21T03:08:02.000Z");
  CHECK(ago("24h") == "2026-11-20T03:38:02.000Z");
  CHECK(ago("7d") == "2026-11-14T03:38:02.000Z");
  CHECK(ago("2w") == "2026-11-07T03:38:02.000Z");
  for (const std::string_view text : {"", "h", "24", "24 h", "-24h", "24hours", "4000000000w",
                                      "99999999999999h", "2026-11-21T03:14:15Zx", "yesterday"}) {
    CAPTURE(text);
    CHECK(ago(text) == "");
  }
}

TEST_CASE("the machine's zone answers as the C library does") {
  const zone_offset zone = machine_zone();
  for (const std::int64_t shown : {0, 1782086400, 1795230855, 1795230856}) {
    const std::chrono::local_seconds time{std::chrono::seconds{shown}};
    std::time_t utc = shown - zone(time).count();
    std::tm parts{};
    localtime_r(&utc, &parts);
    CHECK(parts.tm_gmtoff == zone(time).count());
  }
}

}  // namespace sidewire::services::logs
