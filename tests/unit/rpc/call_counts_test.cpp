#include "rpc/call_counts.hpp"

#include <doctest/doctest.h>

#include "tests/unit/rpc/scene.hpp"

namespace sidewire::rpc::test {
namespace {

using namespace std::chrono_literals;

/// Counts of two methods, with a clock that is told.
struct told_clock {
  told_clock() {
    counts.begin(2);
    read_after(0ns);
  }
  void read_after(std::chrono::nanoseconds elapsed) { counts.clock_was_read(now += elapsed); }
  /// A call that takes so long, as a dispatcher notes it.
  void call(std::size_t method, std::chrono::nanoseconds took) {
    now += took;
    counts.ended_at_once(method, {});
    if (counts.wants_time()) counts.clock_was_read(now);
  }
  std::uint64_t below(std::size_t method, std::size_t bound) const {
    return counts.of(method).took(bound);
  }
  call_counts counts;
  base::time_point now{};
};

}  // namespace

TEST_CASE_FIXTURE(told_clock, "fast calls share a reading of the clock, and none is lost") {
  for (int count = 0; count != 100; ++count) call(0, 1us);
  read_after(0ns);
  CHECK(counts.of(0).ended({}) == 100);
  CHECK(below(0, 0) == 100);
  CHECK(counts.of(0).total() == 100us);
}

TEST_CASE_FIXTURE(told_clock, "what is left waits for the end of the turn") {
  for (int count = 0; count != 20; ++count) call(0, 1us);
  CHECK(counts.has_waiting());
  CHECK(counts.of(0).ended({}) < 20);
  read_after(0ns);
  CHECK(!counts.has_waiting());
  CHECK(counts.of(0).ended({}) == 20);
}

TEST_CASE_FIXTURE(told_clock, "time before the turn is nobody's") {
  call(0, 1us);
  read_after(0ns);
  read_after(1h);
  call(0, 1us);
  read_after(0ns);
  CHECK(below(0, 0) == 2);
}

TEST_CASE_FIXTURE(told_clock, "slow calls are measured one by one") {
  for (int count = 0; count != 100; ++count) call(0, 1us);
  read_after(0ns);
  for (int count = 0; count != 10; ++count) call(1, 2ms);  // the first is not known to be slow
  for (int count = 0; count != 4; ++count) call(1, 2ms);
  read_after(0ns);
  CHECK(counts.of(1).ended({}) == 14);
  CHECK(below(1, 4) == 14);
  CHECK(counts.of(1).total() == 28ms);
}

TEST_CASE_FIXTURE(told_clock, "a method beyond those that there are counts as unknown") {
  call(2, 1us);
  call(77, 1us);
  read_after(0ns);
  CHECK(counts.of(2).ended({}) == 2);
}

TEST_CASE_FIXTURE(scene, "a call is counted once, by how it ended") {
  methods.add("fine", {.summary = ""}, [] {});
  methods.add("bad", {.summary = ""}, []() -> result<void> {
    return error{error_kind::conflict, "no"};
  });
  call_counts& counted = served_by().shared().counts.by_method;
  counted.begin(methods.size());
  const auto ended = [&](const char* method, call_ending how) {
    return counted.of(methods.find(method)->number).ended(how);
  };
  for (const char* method : {"fine", "bad", "none", "fine"}) {
    client->says(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string{method} + "\"}");
    client->heard();
  }
  for (int turn = 0; turn != 2; ++turn) {
    client->says(
        R"({"jsonrpc":"2.0","id":1,"method":"fine","params":{"_meta":{"idempotencyKey":"k"}}})");
    client->heard();
  }
  served_by().shared().now();
  CHECK(ended("fine", {}) == 4);
  CHECK(ended("bad", error_kind::conflict) == 1);
  CHECK(counted.of(methods.size()).ended(error_kind::method_not_found) == 1);
}

TEST_CASE_FIXTURE(scene, "a call that is no message is answered with a null id, always as JSON") {
  methods.add("echo", {.summary = ""}, [](json_view params) { return params; });
  const auto call = [&](std::string params) {
    params.reserve(params.size() + base::buffer::padding);
    in_one_turn([&] { served_by().run_call(*client, "echo", params, {}); });
    return client->heard();
  };
  CHECK(call(R"({"a":1})") == R"({"jsonrpc":"2.0","id":null,"result":{"a":1}})");
  CHECK(call("") == R"({"jsonrpc":"2.0","id":null,"result":null})");
  CHECK(call(R"({"_meta":{"format":"msgpack"}})") ==
        R"({"jsonrpc":"2.0","id":null,"result":{"_meta":{"format":"msgpack"}}})");
  CHECK(call("{").find("-32700") != std::string::npos);
  CHECK(call("7").find("-32600") != std::string::npos);
}

}  // namespace sidewire::rpc::test
