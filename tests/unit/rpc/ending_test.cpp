#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// How a call ends from outside: cancelled, past its deadline, its caller gone.

namespace sidewire::rpc::test {
namespace {

using namespace std::chrono_literals;

struct endings : scene {
  endings() {
    methods.add("wait", {.summary = "Waits."}, [this]() -> awaitable<std::string> {
      co_await waits.pass();
      co_return "done";
    });
    methods.add("stubborn", {.summary = "Waits on, whatever it is told."},
                [this](call& c) -> awaitable<bool> {
                  try {
                    co_await waits.pass();
                  } catch (const boost::system::system_error&) {
                    saw_cancelled = c.cancelled();
                  }
                  co_return true;
                });
    methods.add("nothing", {.summary = "Answers null."}, [] {});
  }

  void starts(std::string_view id, std::string_view method = "wait", std::string_view meta = {}) {
    client->says(R"({"jsonrpc":"2.0","method":")" + std::string{method} + R"(","id":)" +
                 std::string{id} + R"(,"params":{"_meta":{)" + std::string{meta} + "}}}");
    settle();
  }
  void cancels(std::string_view id) {
    client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":)" +
                 std::string{id} + "}}");
  }

  gate waits{loop()};
  bool saw_cancelled = false;
};

TEST_CASE_FIXTURE(endings, "a call that is cancelled is told so and answered request_cancelled") {
  starts("1");
  CHECK(client->running_count() == 1);
  cancels("1");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800,
                   "data":{"kind":"request_cancelled","retryable":false}}})");
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(client->running_count() == 0);
  CHECK(client->ended_calls_count() == 1);
  CHECK(client->settled_count() == 2);
}

TEST_CASE_FIXTURE(endings, "every kind of id cancels its own call") {
  for (const std::string_view id :
       {"\"a\"", "-1", "18446744073709551615", "1.50", "\"a text too long for a small string\""}) {
    for (const format as : {format::json, format::msgpack}) {
      if (as == format::msgpack && id == "1.50") continue;
      CAPTURE(id);
      client->speaks(as);
      starts("\"other\"");
      starts(id);
      cancels(id);
      client->hears(R"({"jsonrpc":"2.0","id":)" + std::string{id} + R"(,"error":{"code":-32800}})");
      settle();
      CHECK(client->running_count() == 1);
      cancels("\"other\"");
      client->hears(R"({"jsonrpc":"2.0","id":"other","error":{"code":-32800}})");
      settle();
    }
  }
}

TEST_CASE_FIXTURE(endings, "cancelling what is unknown, over or nonsense does nothing") {
  cancels("1");
  cancels("null");
  cancels("{}");
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest"})");
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]})");
  starts("1");
  cancels("2");
  cancels("\"1\"");
  client->hears_nothing();
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"done"})");
  cancels("1");
  client->hears_nothing();
  CHECK(client->settled_count() == 9);
}

TEST_CASE_FIXTURE(endings, "$/cancelRequest with an id is no method") {
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1},"id":2})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32601}})");
}

TEST_CASE_FIXTURE(endings, "a call may be cancelled in the turn that it begins in") {
  in_one_turn([this] {
    client->says(R"({"jsonrpc":"2.0","method":"wait","id":1})");
    cancels("1");
  });
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(client->running_count() == 0);
}

TEST_CASE_FIXTURE(endings, "a call may be cancelled in the turn that it goes on in") {
  starts("1");
  in_one_turn([this] {
    waits.open();
    cancels("1");
  });
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  CHECK(client->running_count() == 0);
}

TEST_CASE_FIXTURE(endings, "what a method does after it was cancelled is heard by nobody") {
  starts("1", "stubborn");
  cancels("1");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  CHECK(saw_cancelled);
  client->hears_nothing();
  CHECK(client->running_count() == 0);
}

TEST_CASE_FIXTURE(endings,
                  "an id in flight is refused for another call, and free once it is answered") {
  starts("7");
  client->says(R"({"jsonrpc":"2.0","method":"nothing","id":7})");
  client->hears(R"({"jsonrpc":"2.0","id":7,"error":{"code":-32600}})");
  client->says(R"({"jsonrpc":"2.0","method":"nothing","id":"7"})");
  client->hears(R"({"jsonrpc":"2.0","id":"7","result":null})");
  cancels("7");
  client->hears(R"({"jsonrpc":"2.0","id":7,"error":{"code":-32800}})");
  client->says(R"({"jsonrpc":"2.0","method":"nothing","id":7})");  // its handler still runs
  client->hears(R"({"jsonrpc":"2.0","id":7,"result":null})");
}

TEST_CASE_FIXTURE(endings,
                  "calls whose id is null may be in flight together, and are not cancelled by it") {
  starts("null");
  starts("null");
  cancels("null");
  client->hears_nothing();
  CHECK(waits.waiting_count() == 2);
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":null,"result":"done"})");
  client->hears(R"({"jsonrpc":"2.0","id":null,"result":"done"})");
}

TEST_CASE_FIXTURE(endings, "two callers may use the same id, and each cancels its own") {
  const auto other = make_caller(std::make_shared<principal>());
  other->says(R"({"jsonrpc":"2.0","method":"wait","id":1})");
  starts("1");
  cancels("1");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  CHECK(waits.waiting_count() == 1);
  waits.open();
  other->hears(R"({"jsonrpc":"2.0","id":1,"result":"done"})");
}

TEST_CASE_FIXTURE(endings, "a call past its deadline is told so and answered deadline_exceeded") {
  starts("1", "wait", R"("timeoutMs":100)");
  time_passes(99ms);
  client->hears_nothing();
  time_passes(1ms);
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32020,
                   "data":{"kind":"deadline_exceeded","retryable":true}}})");
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(client->running_count() == 0);
}

TEST_CASE_FIXTURE(endings, "a call that ends in time leaves no deadline behind") {
  starts("1", "wait", R"("timeoutMs":100)");
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"done"})");
  time_passes(1h);
  client->hears_nothing();
}

TEST_CASE_FIXTURE(endings, "a method knows its deadline") {
  std::optional<base::time_point> seen;
  methods.add("look", {.summary = "Looks."}, [&seen](call& c) { seen = c.deadline(); });
  starts("1", "look", R"("timeoutMs":1500)");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  CHECK(seen == now() + 1500ms);
  starts("1", "look");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  CHECK(seen == std::nullopt);
}

TEST_CASE_FIXTURE(endings, "a notification past its deadline is told so and settled silently") {
  client->says(R"({"jsonrpc":"2.0","method":"wait","params":{"_meta":{"timeoutMs":5}}})");
  settle();
  CHECK(client->settled_count() == 0);
  time_passes(5ms);
  CHECK(waits.told_count() == 1);
  client->hears_nothing();
  CHECK(client->settled_count() == 1);
}

TEST_CASE_FIXTURE(endings, "a caller that leaves takes its calls with it, and each is told") {
  starts("1");
  starts("2", "wait", R"("timeoutMs":100)");
  client->says(R"({"jsonrpc":"2.0","method":"wait"})");
  starts("3", "stubborn");
  client->says(
      R"([{"jsonrpc":"2.0","method":"wait","id":4},{"jsonrpc":"2.0","method":"wait","id":5}])");
  settle();
  CHECK(waits.waiting_count() == 6);
  CHECK(counts().calls_in_flight.value() == 6);
  client_leaves();
  CHECK(waits.told_count() == 6);
  CHECK(saw_cancelled);
  CHECK(counts().calls_in_flight.value() == 0);
}

TEST_CASE_FIXTURE(endings, "a caller may leave in the turn that its calls begin in") {
  in_one_turn([this] {
    client->says(R"({"jsonrpc":"2.0","method":"wait","id":1})");
    client.reset();
  });
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(counts().calls_in_flight.value() == 0);
}

TEST_CASE_FIXTURE(endings, "a caller's calls are ended with an answer where a reason is given") {
  starts("1");
  starts("2");
  const error reason{error_kind::request_cancelled, "the server ends"};
  in_one_turn([&] { client->end_calls(&reason); });
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800,"message":"the server ends"}})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32800,"message":"the server ends"}})");
  settle();
  CHECK(client->running_count() == 0);
  CHECK(client->ended_calls_count() == 1);
}

TEST_CASE_FIXTURE(endings, "a caller whose calls were ended silently goes on with others") {
  starts("1");
  in_one_turn([this] { client->end_calls(nullptr); });
  CHECK_FALSE(client->has_calls());
  settle();
  starts("1");
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"done"})");
}

TEST_CASE_FIXTURE(endings,
                  "a dispatcher that drains refuses new calls and lets those that run end") {
  starts("1");
  served_by().drain();
  client->says(R"({"jsonrpc":"2.0","method":"nothing","id":2})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32028,
                   "data":{"kind":"server_busy","retryable":true,"retryAfterMs":1000}}})");
  client->says(R"([{"jsonrpc":"2.0","method":"nothing","id":3}])");
  client->hears(R"([{"jsonrpc":"2.0","id":3,"error":{"code":-32028}}])");
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"done"})");
}

TEST_CASE_FIXTURE(endings, "calls may still be cancelled while the dispatcher drains") {
  starts("1");
  served_by().drain();
  cancels("1");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
}

}  // namespace
}  // namespace sidewire::rpc::test
