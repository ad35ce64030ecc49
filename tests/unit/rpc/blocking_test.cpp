#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/unit/rpc/scene.hpp"

/// Methods that run on the worker pool: one worker, and two calls may wait for it.

namespace sidewire::rpc::test {

struct work_params {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(work_params, (), (name))

namespace {

using namespace std::chrono_literals;

struct blocking : scene {
  blocking() {
    methods.add("work", {.summary = "Works.", .blocking = true},
                [](work_params p) { return p.name + " on another thread"; });
    methods.add("where", {.summary = "Says where.", .blocking = true},
                [this] { return std::this_thread::get_id() != shard; });
    methods.add("hold", {.summary = "Holds the worker.", .blocking = true}, [this](call& c) {
      begun.set_value();
      release.get_future().wait();
      return c.cancelled();
    });
    methods.add("note", {.summary = "Notes that it ran.", .blocking = true},
                [this] { ++note_count; });
  }

  /// The worker is at a call of which the test knows that it has begun.
  void hold_worker() {
    client->says(R"({"jsonrpc":"2.0","method":"hold","id":"hold"})");
    begun.get_future().wait();
  }

  std::thread::id shard = std::this_thread::get_id();
  std::promise<void> begun;
  std::promise<void> release;
  std::atomic<int> note_count{0};
};

TEST_CASE_FIXTURE(blocking,
                  "a blocking method runs on another thread, and is answered from this one") {
  client->says(R"({"jsonrpc":"2.0","method":"work","params":["a"],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"a on another thread"})");
  client->says(R"({"jsonrpc":"2.0","method":"where","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":true})");
  client->says(R"({"jsonrpc":"2.0","method":"work","params":[5],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602}})");
}

TEST_CASE_FIXTURE(blocking, "other calls are answered while a blocking method runs") {
  hold_worker();
  client->says(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  release.set_value();
  client->hears(R"({"jsonrpc":"2.0","id":"hold","result":false})");
}

TEST_CASE_FIXTURE(blocking,
                  "calls wait for the worker up to a bound, and are server_busy beyond it") {
  hold_worker();
  for (const std::string_view id : {"1", "2", "3"}) {
    client->says(R"({"jsonrpc":"2.0","method":"note","id":)" + std::string{id} + "}");
  }
  client->hears(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32028,
                   "data":{"kind":"server_busy","retryable":true,"retryAfterMs":1000}}})");
  client->says(R"({"jsonrpc":"2.0","method":"note"})");
  CHECK(client->settled_count() == 2);  // the refused call and the dropped notification
  release.set_value();
  client->hears(R"({"jsonrpc":"2.0","id":"hold","result":false})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"result":null})");
  CHECK(note_count == 2);
}

TEST_CASE_FIXTURE(blocking, "a blocking method that throws is -32603, with a line in the log") {
  methods.add("throws", {.summary = "Throws.", .blocking = true},
              [] { throw std::runtime_error{"secret"}; });
  methods.add("refuses", {.summary = "Refuses.", .blocking = true}, []() -> result<int> {
    return error{error_kind::conflict, "no"};
  });
  client->says(R"({"jsonrpc":"2.0","method":"throws","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603}})");
  run_until([this] { return client->running_count() == 0; });
  CHECK(log.take() == std::vector<std::string>{"a method failed throws: secret"});
  client->says(R"({"jsonrpc":"2.0","method":"refuses","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32030}})");
}

TEST_CASE_FIXTURE(
    blocking,
    "a blocking method that is cancelled is answered at once and may ask whether it was") {
  hold_worker();
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"hold"}})");
  client->hears(R"({"jsonrpc":"2.0","id":"hold","error":{"code":-32800}})");
  CHECK(client->running_count() == 1);
  release.set_value();
  run_until([this] { return client->running_count() == 0; });
  client->hears_nothing();
}

TEST_CASE_FIXTURE(blocking, "a call that ends while it waits for the worker is never run") {
  hold_worker();
  client->says(R"({"jsonrpc":"2.0","method":"note","id":1})");
  client->says(R"({"jsonrpc":"2.0","method":"note","id":2,"params":{"_meta":{"timeoutMs":5}}})");
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  time_passes(5ms);
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32020}})");
  release.set_value();
  client->hears(R"({"jsonrpc":"2.0","id":"hold","result":false})");
  run_until([this] { return client->running_count() == 0; });
  CHECK(note_count == 0);
}

TEST_CASE_FIXTURE(blocking, "a caller may leave while its blocking method runs") {
  hold_worker();
  client->says(R"({"jsonrpc":"2.0","method":"note","id":1})");
  client_leaves();
  CHECK(counts().calls_in_flight.value() == 2);
  release.set_value();
  run_until([this] { return counts().calls_in_flight.value() == 0; });
  CHECK(note_count == 0);
}

TEST_CASE_FIXTURE(blocking, "a blocking notification is settled when it has run") {
  client->says(R"({"jsonrpc":"2.0","method":"note"})");
  client->waits_until_settled(1);
  CHECK(note_count == 1);
}

TEST_CASE_FIXTURE(blocking, "a batch may hold blocking calls") {
  client->says(R"([{"jsonrpc":"2.0","method":"work","params":["a"],"id":1},
                   {"jsonrpc":"2.0","method":"note"},{"jsonrpc":"2.0","method":"rpc.ping","id":2}])");
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":"a on another thread"},
                    {"jsonrpc":"2.0","id":2,"result":null}])");
  CHECK(note_count == 1);
}

}  // namespace
}  // namespace sidewire::rpc::test
