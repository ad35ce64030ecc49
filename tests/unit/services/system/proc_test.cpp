#include "services/system/proc.hpp"

#include <doctest/doctest.h>

#include "services/system/cpu_meter.hpp"

namespace sidewire::services {

TEST_CASE("the machine's CPU time is the first line's, waiting for disks idle") {
  const auto times = parse_machine_times(
      "cpu  100 20 30 4000 500 6 7 8 90 10\n"
      "cpu0 50 10 15 2000 250 3 3 4 45 5\nintr 1 2 3\n");
  REQUIRE(times);
  CHECK(times->total_ticks == 4671);
  CHECK(times->busy_ticks == 171);
  CHECK(!parse_machine_times("cpu  100 20\n"));
  CHECK(!parse_machine_times(""));
}

TEST_CASE("a process's CPU time is found behind any name") {
  CHECK(parse_process_ticks("812 (my (odd) name) S 1 812 812 0 -1 4194560 9 0 0 0 31 11 0 0 20") ==
        42);
  CHECK(!parse_process_ticks("812 (short) S 1"));
  CHECK(!parse_process_ticks(""));
}

TEST_CASE("memory is told in bytes") {
  const std::string_view meminfo =
      "MemTotal:        2048 kB\nMemFree:  1 kB\nMemAvailable: 512 kB\n";
  CHECK(parse_memory_bytes(meminfo, "MemTotal") == 2048 * 1024);
  CHECK(parse_memory_bytes(meminfo, "MemAvailable") == 512 * 1024);
  CHECK(!parse_memory_bytes(meminfo, "Mem"));
  CHECK(parse_resident_pages("1000 250 3 4 5 6 7\n") == 250);
  CHECK(!parse_resident_pages("1000"));
}

TEST_CASE("the system's name is read without its quotes") {
  const std::string_view text = "NAME=plain\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
  CHECK(parse_os_release(text, "PRETTY_NAME") == "Debian GNU/Linux 12 (bookworm)");
  CHECK(parse_os_release(text, "NAME") == "plain");
  CHECK(!parse_os_release(text, "ID"));
}

TEST_CASE("load is measured over at least a second, however often it is asked for") {
  const auto sample = [](int ms, std::uint64_t total, std::uint64_t busy, std::uint64_t process) {
    return cpu_sample{std::chrono::steady_clock::time_point{std::chrono::milliseconds{ms}},
                      {total, busy},
                      process};
  };
  cpu_meter meter{sample(0, 1000, 0, 0), 100};
  const cpu_load first = meter.measure(sample(2000, 1400, 100, 100));
  CHECK(first.machine_percent == doctest::Approx(25));
  CHECK(first.process_percent == doctest::Approx(50));

  // Ten milliseconds later nothing new can be said: the span begins where it did.
  const cpu_load again = meter.measure(sample(2010, 1402, 100, 100));
  CHECK(again.machine_percent == doctest::Approx(100.0 * 100 / 402));

  // Once the last measurement is a second old, the one before it is forgotten.
  const cpu_load later = meter.measure(sample(4000, 1800, 500, 500));
  CHECK(later.machine_percent == doctest::Approx(100));
  CHECK(later.process_percent == doctest::Approx(200));
}

TEST_CASE("counters that step back are no load") {
  const std::chrono::steady_clock::time_point start{};
  cpu_meter meter{{start, {1000, 500}, 50}, 100};
  const cpu_load load = meter.measure({start + std::chrono::seconds{2}, {900, 400}, 40});
  CHECK(load.machine_percent == 0);
  CHECK(load.process_percent == 0);
}

}  // namespace sidewire::services
