#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

namespace sidewire::rpc::test {
namespace {

using namespace std::chrono_literals;

struct batches : scene {
  batches() {
    methods.add("echo", {.summary = "Answers its params."}, [](json_view p) { return p; });
    methods.add("wait", {.summary = "Waits."}, [this]() -> awaitable<std::string> {
      co_await waits.pass();
      co_return "done";
    });
  }

  gate waits{loop()};
};

std::string call_of(std::string_view method, std::string_view id) {
  return R"({"jsonrpc":"2.0","method":")" + std::string{method} + R"(","id":)" + std::string{id} +
         "}";
}
std::string batch_of(std::size_t count) {
  std::string batch = "[";
  for (std::size_t id = 1; id <= count; ++id) {
    if (id != 1) batch += ',';
    batch += call_of("echo", std::to_string(id));
  }
  return batch + "]";
}

TEST_CASE_FIXTURE(batches, "a batch is answered once, when the last of its calls has ended") {
  for (const format as : {format::json, format::msgpack}) {
    client->speaks(as);
    client->says("[" + call_of("wait", "1") + "," + call_of("echo", "2") + "," +
                 call_of("wait", "3") + "]");
    settle();
    client->hears_nothing();
    client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}})");
    client->hears_nothing();
    client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
    client->hears(R"([{"jsonrpc":"2.0","id":1,"error":{"code":-32800}},
                      {"jsonrpc":"2.0","id":2,"result":null},
                      {"jsonrpc":"2.0","id":3,"error":{"code":-32800}}])");
    settle();
  }
  CHECK(client->settled_count() == 6);
}

TEST_CASE_FIXTURE(batches, "the calls of a batch run at the same time") {
  client->says("[" + call_of("wait", "1") + "," + call_of("wait", "2") + "]");
  settle();
  CHECK(waits.waiting_count() == 2);
  waits.open();
  client->hears(
      R"([{"jsonrpc":"2.0","id":1,"result":"done"},{"jsonrpc":"2.0","id":2,"result":"done"}])");
}

TEST_CASE_FIXTURE(batches,
                  "a batch of notifications alone is settled without a word when all have ended") {
  client->says(R"([{"jsonrpc":"2.0","method":"wait"},{"jsonrpc":"2.0","method":"echo"},
                   {"jsonrpc":"2.0","method":"unknown"}])");
  settle();
  CHECK(client->settled_count() == 0);
  waits.open();
  client->waits_until_settled(1);
  client->hears_nothing();
}

TEST_CASE_FIXTURE(batches, "a batch of responses and broken elements answers the broken ones") {
  client->says(R"([{"jsonrpc":"2.0","result":1,"id":1},5,{"jsonrpc":"2.0","method":"echo"}])");
  client->hears(R"([{"jsonrpc":"2.0","id":null,"error":{"code":-32600}}])");
  CHECK(client->settled_count() == 1);
}

TEST_CASE_FIXTURE(batches,
                  "a batch may be as large as the limit, and nothing of a larger one runs") {
  limits.max_batch = 3;
  client->says(batch_of(3));
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":2,"result":null},
                    {"jsonrpc":"2.0","id":3,"result":null}])");
  const auto before = counts().calls.value();
  client->says(batch_of(4));
  client->hears(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32024,
                   "data":{"kind":"limit_exceeded","limit":"maxBatch"}}})");
  client->says("[1,2,3,4]");
  client->hears(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32024}})");
  CHECK(counts().calls.value() == before);
  CHECK(client->settled_count() == 3);
}

TEST_CASE_FIXTURE(batches, "an id in flight is refused within the same batch too") {
  client->says("[" + call_of("wait", "1") + "," + call_of("echo", "1") + "]");
  settle();
  waits.open();
  client->hears(
      R"([{"jsonrpc":"2.0","id":1,"result":"done"},{"jsonrpc":"2.0","id":1,"error":{"code":-32600}}])");
}

TEST_CASE_FIXTURE(batches, "a call of a batch has its own deadline and is cancelled by itself") {
  client->says(R"([{"jsonrpc":"2.0","method":"wait","id":1,"params":{"_meta":{"timeoutMs":10}}},
                   {"jsonrpc":"2.0","method":"wait","id":2}])");
  settle();
  time_passes(10ms);
  client->hears_nothing();
  waits.open();
  client->hears(
      R"([{"jsonrpc":"2.0","id":1,"error":{"code":-32020}},{"jsonrpc":"2.0","id":2,"result":"done"}])");
}

TEST_CASE_FIXTURE(batches, "two batches may be under way at once") {
  client->says("[" + call_of("wait", "1") + "]");
  client->says("[" + call_of("wait", "2") + "," + call_of("echo", "3") + "]");
  settle();
  waits.open();
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":"done"}])");
  client->hears(
      R"([{"jsonrpc":"2.0","id":2,"result":"done"},{"jsonrpc":"2.0","id":3,"result":null}])");
}

TEST_CASE_FIXTURE(batches, "a caller may leave while its batch is under way") {
  client->says("[" + call_of("wait", "1") + "," + call_of("echo", "2") + "]");
  settle();
  client_leaves();
  CHECK(waits.told_count() == 1);
}

}  // namespace
}  // namespace sidewire::rpc::test
