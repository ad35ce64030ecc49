#include <doctest/doctest.h>

#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// Calls with an idempotency key: one run, however often they are sent.

namespace sidewire::rpc::test {

struct keyed_params {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(keyed_params, (), (what))

namespace {

struct keyed : scene {
  keyed() {
    methods.add("count", {.summary = "Counts its runs."}, [this](keyed_params) { return ++runs; });
    methods.add("wait", {.summary = "Waits, then counts its runs."},
                [this](keyed_params) -> awaitable<int> {
                  ++runs;
                  try {
                    co_await waits.pass();
                  } catch (...) {
                    ++ended;
                    throw;
                  }
                  co_return runs;
                });
    methods.add("fail", {.summary = "Fails."}, [this](keyed_params) -> int {
      ++runs;
      throw call_failed{error::application(1234, "no").details(json{"[1]"})};
    });
  }

  void asks(scripted_caller& from, std::string_view method, std::string_view what,
            std::string_view key, int id) {
    from.says(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" +
              std::string{method} + R"(","params":{"what":")" + std::string{what} +
              R"(","_meta":{"idempotencyKey":")" + std::string{key} + R"("}}})");
    settle();
  }
  static std::string result(int id, int value) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" +
           std::to_string(value) + "}";
  }

  gate waits{loop()};
  int runs = 0;
  int ended = 0;
};

TEST_CASE_FIXTURE(keyed, "a call that is sent again gets the answer of its one run") {
  asks(*client, "count", "", "k", 1);
  client->hears(result(1, 1));
  asks(*client, "count", "", "k", 2);
  client->hears(result(2, 1));
  asks(*client, "count", "", "other", 3);
  client->hears(result(3, 2));
  client->says(R"({"jsonrpc":"2.0","id":4,"method":"count","params":[""]})");
  client->hears(result(4, 3));
}

TEST_CASE_FIXTURE(keyed, "a call that is sent while it runs joins it") {
  asks(*client, "wait", "a", "k", 1);
  const auto other = make_caller(client->who());
  asks(*other, "wait", "a", "k", 7);
  client->hears_nothing();
  waits.open();
  settle();
  client->hears(result(1, 1));
  other->hears(result(7, 1));
}

TEST_CASE_FIXTURE(keyed, "an error is an answer too, with all that it says") {
  constexpr auto expected = R"({"jsonrpc":"2.0","id":1,"error":{"code":1234,"message":"no",
      "data":{"kind":"application","retryable":false,"details":[1]}}})";
  for (int time = 0; time != 2; ++time) {
    asks(*client, "fail", "a", "k", 1);
    client->hears(expected);
  }
  CHECK(runs == 1);
}

TEST_CASE_FIXTURE(keyed, "other params under the same key are a conflict, another _meta is not") {
  asks(*client, "wait", "a", "k", 1);
  asks(*client, "wait", "b", "k", 2);
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32030}})");
  waits.open();
  settle();
  client->hears(result(1, 1));
  client->says(R"({"jsonrpc":"2.0","id":3,"method":"wait","params":
      {"_meta":{"idempotencyKey":"k","traceparent":"x"},"what":"a"}})");
  settle();
  client->hears(result(3, 1));
}

TEST_CASE_FIXTURE(keyed, "a key belongs to a principal and to a method") {
  asks(*client, "count", "", "k", 1);
  client->hears(result(1, 1));
  const auto eve = make_caller(std::make_shared<principal>(principal{"eve", {}}));
  asks(*eve, "count", "", "k", 1);
  eve->hears(result(1, 2));
  waits.open();
  asks(*client, "wait", "", "k", 2);
  client->hears(result(2, 3));
}

TEST_CASE_FIXTURE(keyed,
                  "a run goes on when its caller has gone, for whoever sends the call again") {
  asks(*client, "wait", "a", "k", 1);
  const auto who = client->who();
  client_leaves();
  CHECK(ended == 0);
  client = make_caller(who);
  asks(*client, "wait", "a", "k", 2);
  waits.open();
  settle();
  client->hears(result(2, 1));
}

TEST_CASE_FIXTURE(keyed, "a deadline ends the waiting, not the run") {
  client->says(R"({"jsonrpc":"2.0","id":1,"method":"wait","params":
      {"what":"a","_meta":{"idempotencyKey":"k","timeoutMs":50}}})");
  time_passes(std::chrono::milliseconds{50});
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32020}})");
  CHECK(ended == 0);
  asks(*client, "wait", "a", "k", 2);
  waits.open();
  settle();
  client->hears(result(2, 1));
}

TEST_CASE_FIXTURE(keyed, "the last that waits may cancel the run, others only their waiting") {
  asks(*client, "wait", "a", "k", 1);
  asks(*client, "wait", "a", "k", 2);
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  settle();
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  CHECK(ended == 0);
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}})");
  settle();
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32800}})");
  CHECK(ended == 1);
}

TEST_CASE_FIXTURE(keyed, "answers are kept for a while, and no longer") {
  asks(*client, "count", "", "k", 1);
  client->hears(result(1, 1));
  time_passes(limits.keyed_lifetime);
  asks(*client, "count", "", "k", 2);
  client->hears(result(2, 2));
}

TEST_CASE_FIXTURE(keyed, "the oldest answer goes for a new call, what runs stays") {
  limits.max_keyed_calls = 2;
  asks(*client, "count", "", "first", 1);
  client->hears(result(1, 1));
  asks(*client, "wait", "a", "second", 2);
  asks(*client, "wait", "a", "third", 3);
  asks(*client, "wait", "a", "fourth", 4);
  client->hears(R"({"jsonrpc":"2.0","id":4,"error":{"code":-32028,
                   "data":{"limit":"maxKeyedCalls"}}})");
  waits.open();
  settle();
  client->hears(result(2, 3));
  client->hears(result(3, 3));
  asks(*client, "count", "", "first", 5);
  client->hears(result(5, 4));
}

TEST_CASE_FIXTURE(keyed, "answers are bounded in bytes") {
  limits.max_keyed_bytes = 0;
  asks(*client, "count", "", "k", 1);
  client->hears(result(1, 1));
  asks(*client, "count", "", "k", 2);
  client->hears(result(2, 2));
}

TEST_CASE_FIXTURE(keyed, "a key of too many bytes is refused") {
  asks(*client, "count", "", std::string(257, 'k'), 1);
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,
                   "data":{"pointer":"/_meta/idempotencyKey"}}})");
}

TEST_CASE_FIXTURE(keyed, "a call of a batch may have a key") {
  client->says(R"([{"jsonrpc":"2.0","id":1,"method":"count",
      "params":{"what":"","_meta":{"idempotencyKey":"k"}}},
      {"jsonrpc":"2.0","id":2,"method":"count","params":{"what":"","_meta":{"idempotencyKey":"k"}}}])");
  settle();
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":2,"result":1}])");
}

}  // namespace
}  // namespace sidewire::rpc::test
