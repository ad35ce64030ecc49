#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// `batch.execute`, the batch for clients that cannot send arrays.

namespace sidewire::rpc::test {
namespace {

using namespace std::chrono_literals;

struct executions : scene {
  executions() {
    methods.add("echo", {.summary = "Answers its params."}, [this](json_view p) {
      ran.push_back("echo");
      return p;
    });
    methods.add("fail", {.summary = "Fails."}, [this] {
      ran.push_back("fail");
      throw call_failed{{error_kind::conflict, "no"}};
    });
    methods.add("wait", {.summary = "Waits."}, [this]() -> awaitable<std::string> {
      ran.push_back("wait");
      co_await waits.pass();
      co_return "done";
    });
    methods.add("later", {.summary = "Answers later."}, [this]() -> awaitable<int> {
      ran.push_back("later");
      co_return 1;
    });
  }

  void executes(std::string_view operations, std::string_view more = {}) {
    client->says(R"({"jsonrpc":"2.0","method":"batch.execute","id":"x","params":{"operations":)" +
                 std::string{operations} + std::string{more} + "}}");
    settle();
  }
  void hears_results(std::string_view results) {
    client->hears(R"({"jsonrpc":"2.0","id":"x","result":{"results":)" + std::string{results} +
                  "}}");
  }

  gate waits{loop()};
  std::vector<std::string> ran;
};

constexpr std::string_view stop_on_error = R"(,"stopOnError":true)";

TEST_CASE_FIXTURE(executions,
                  "operations are answered in their order, each with a result or an error") {
  for (const format as : {format::json, format::msgpack}) {
    client->speaks(as);
    executes(R"([{"method":"later"},{"method":"echo","params":{"a":[1.5]}},{"method":"fail"},
                 {"method":"unknown"},{"method":"echo"},{"method":"echo","params":null}])");
    hears_results(R"([{"result":1},{"result":{"a":[1.5]}},{"error":{"code":-32030}},
                      {"error":{"code":-32601}},{"result":null},{"result":null}])");
  }
}

TEST_CASE_FIXTURE(executions, "no operations have no results") {
  executes("[]");
  hears_results("[]");
  executes("[]", stop_on_error);
  hears_results("[]");
}

TEST_CASE_FIXTURE(executions, "operations run at the same time") {
  executes(R"([{"method":"wait"},{"method":"wait"},{"method":"echo"}])");
  CHECK(ran == std::vector<std::string>{"wait", "wait", "echo"});
  waits.open();
  hears_results(R"([{"result":"done"},{"result":"done"},{"result":null}])");
}

TEST_CASE_FIXTURE(executions, "with stopOnError they run one after the other") {
  executes(R"([{"method":"wait"},{"method":"echo"},{"method":"later"},{"method":"echo"}])",
           stop_on_error);
  CHECK(ran == std::vector<std::string>{"wait"});
  waits.open();
  hears_results(R"([{"result":"done"},{"result":null},{"result":1},{"result":null}])");
  CHECK(ran == std::vector<std::string>{"wait", "echo", "later", "echo"});
}

TEST_CASE_FIXTURE(executions, "with stopOnError the first that fails is the last that runs") {
  executes(R"([{"method":"echo"},{"method":"fail"},{"method":"echo"}])", stop_on_error);
  hears_results(R"([{"result":null},{"error":{"code":-32030}}])");
  CHECK(ran == std::vector<std::string>{"echo", "fail"});
  executes(R"([{"method":"unknown"},{"method":"echo"}])", stop_on_error);
  hears_results(R"([{"error":{"code":-32601}}])");
  executes(R"([{"method":"later"},{"method":"echo","params":5},{"method":"echo"}])", stop_on_error);
  hears_results(R"([{"result":1},{"error":{"code":-32600}}])");
}

TEST_CASE_FIXTURE(executions, "as many operations as a batch may have, and no more") {
  limits.max_batch = 2;
  executes(R"([{"method":"echo"},{"method":"echo"}])");
  hears_results(R"([{"result":null},{"result":null}])");
  executes(R"([{"method":"echo"},{"method":"echo"},{"method":"echo"}])");
  client->hears(
      R"({"jsonrpc":"2.0","id":"x","error":{"code":-32024,"data":{"limit":"maxBatch"}}})");
  CHECK(ran.size() == 2);
}

TEST_CASE_FIXTURE(executions, "a hundred operations in turn end without a stack of their own") {
  std::string operations = R"([{"method":"echo"})";
  for (int count = 1; count < 100; ++count) operations += R"(,{"method":"echo"})";
  executes(operations + "]", stop_on_error);
  CHECK(ran.size() == 100);
  CHECK(client->heard().find("error") == std::string::npos);
}

TEST_CASE_FIXTURE(executions, "what is no operation is told with a pointer") {
  client->says(R"({"jsonrpc":"2.0","method":"batch.execute","id":"x"})");
  client->hears(
      R"({"jsonrpc":"2.0","id":"x","error":{"code":-32602,"data":{"pointer":"/operations"}}})");
  executes(R"([{"method":"echo"},{"params":{}}])");
  client->hears(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32602,
                   "data":{"pointer":"/operations/1/method"}}})");
  executes(R"([{"method":"echo","id":1}])");
  client->hears(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32602,
                   "data":{"pointer":"/operations/0/id"}}})");
  CHECK(ran.empty());
}

TEST_CASE_FIXTURE(executions,
                  "an operation's params are an object or an array, read by name or position") {
  executes(
      R"([{"method":"echo","params":5},{"method":"echo","params":"x"},{"method":"echo","params":[ 1 ]}])");
  hears_results(R"([{"error":{"code":-32600}},{"error":{"code":-32600}},{"result":[1]}])");
}

TEST_CASE_FIXTURE(executions, "batch.execute does not run itself") {
  executes(R"([{"method":"batch.execute","params":{"operations":[]}},{"method":"echo"}])");
  hears_results(R"([{"error":{"code":-32600}},{"result":null}])");
}

TEST_CASE_FIXTURE(executions, "an operation keeps its own deadline") {
  executes(R"([{"method":"wait","params":{"_meta":{"timeoutMs":10}}},{"method":"echo"}])");
  time_passes(10ms);
  hears_results(R"([{"error":{"code":-32020}},{"result":null}])");
}

TEST_CASE_FIXTURE(executions, "an operation may leave out its format: it is the batch's") {
  executes(R"([{"method":"echo","params":{"_meta":{"format":"msgpack"}}}])");
  hears_results(R"([{"result":{"_meta":{"format":"msgpack"}}}])");
}

TEST_CASE_FIXTURE(executions, "cancelling ends what runs and begins nothing more") {
  for (const std::string_view more : {std::string_view{}, stop_on_error}) {
    ran.clear();
    executes(R"([{"method":"wait"},{"method":"wait"}])", more);
    client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x"}})");
    client->hears(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32800}})");
    settle();
    CHECK(client->running_count() == 0);
    CHECK(ran.size() == (more.empty() ? 2 : 1));
  }
  CHECK(waits.told_count() == 3);
}

TEST_CASE_FIXTURE(executions, "a deadline ends all operations") {
  executes(R"([{"method":"wait"},{"method":"echo"}],"_meta":{"timeoutMs":10})");
  time_passes(10ms);
  client->hears(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32020}})");
  settle();
  CHECK(waits.told_count() == 1);
}

TEST_CASE_FIXTURE(executions, "a caller may leave while operations run") {
  executes(R"([{"method":"wait"},{"method":"wait"}])");
  executes(R"([{"method":"wait"},{"method":"echo"}])",
           R"(,"stopOnError":true,"_meta":{"timeoutMs":10})");
  client->hears(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32600}})");  // the id is in flight
  client->says(R"({"jsonrpc":"2.0","method":"batch.execute","id":"y","params":{"operations":
                  [{"method":"wait"},{"method":"echo"}],"stopOnError":true}})");
  settle();
  client_leaves();
  CHECK(waits.told_count() == 3);
  CHECK(counts().calls_in_flight.value() == 0);
}

TEST_CASE_FIXTURE(executions, "it may be an element of a batch, and a notification") {
  client->says(R"([{"jsonrpc":"2.0","method":"batch.execute","id":1,
                    "params":{"operations":[{"method":"wait"},{"method":"echo"}]}},
                   {"jsonrpc":"2.0","method":"echo","id":2}])");
  client->says(R"({"jsonrpc":"2.0","method":"batch.execute","params":[[{"method":"wait"}]]})");
  settle();
  waits.open();
  client->hears(
      R"([{"jsonrpc":"2.0","id":1,"result":{"results":[{"result":"done"},{"result":null}]}},
                    {"jsonrpc":"2.0","id":2,"result":null}])");
  client->waits_until_settled(2);
}

TEST_CASE_FIXTURE(executions, "operations that are left go on while the dispatcher drains") {
  executes(R"([{"method":"wait"},{"method":"echo"}])", stop_on_error);
  served_by().drain();
  waits.open();
  hears_results(R"([{"result":"done"},{"result":null}])");
}

TEST_CASE_FIXTURE(executions, "an operation that streams gives its result alone") {
  methods.add_streaming<int>("count", {.summary = "Counts."}, [](call& c) -> awaitable<int> {
    co_await c.progress(1);
    co_return 2;
  });
  executes(R"([{"method":"count"}])");
  hears_results(R"([{"result":2}])");
}

TEST_CASE_FIXTURE(executions, "bytes among the results are base64 in JSON and bin in MessagePack") {
  methods.add("data", {.summary = "Answers bytes."},
              [] { return bytes{std::string("\x00\xff", 2)}; });
  client->takes_msgpack(true);
  executes(R"([{"method":"data"}])");
  client->hears(format::json,
                R"({"jsonrpc":"2.0","id":"x","result":{"results":[{"result":"AP8="}]}})");
}

TEST_CASE_FIXTURE(executions,
                  "a result past the bound is an error in its place, and the others stay") {
  limits.max_response_bytes = 400;
  executes(R"([{"method":"echo","params":["short"]},{"method":"echo","params":[")" +
           std::string(500, 'x') + R"("]},{"method":"echo"}])");
  hears_results(R"([{"result":["short"]},{"error":{"code":-32027}},{"result":null}])");
}

}  // namespace
}  // namespace sidewire::rpc::test
