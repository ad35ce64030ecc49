#include "client/backoff.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using sidewire::client::backoff;

TEST_CASE("the bound of a wait doubles up to the longest, and begins anew after a success") {
  backoff waits{100ms, 1s, [] { return 1.0; }};
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    CHECK(waits.next() == expected);
  }
  waits.reset();
  CHECK(waits.next() == 100ms);
}

TEST_CASE("a wait is a random part of its bound") {
  double random = 0;
  backoff waits{100ms, 1s, [&random] { return random; }};
  CHECK(waits.next() == 0ms);
  random = 0.25;
  CHECK(waits.next() == 50ms);
  CHECK(waits.part_of(1000ms) == 250ms);
}
