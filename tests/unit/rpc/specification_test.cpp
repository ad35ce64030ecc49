#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/rpc/scene.hpp"

/// The examples of the JSON-RPC 2.0 specification, section 7, each in text and in MessagePack.

namespace sidewire::rpc::test {

struct subtract_params {
  std::int64_t minuend = 0;
  std::int64_t subtrahend = 0;
};
BOOST_DESCRIBE_STRUCT(subtract_params, (), (minuend, subtrahend))

namespace {

struct specification : scene {
  specification() {
    methods.add("subtract", {.summary = "Subtracts."},
                [](subtract_params p) { return p.minuend - p.subtrahend; });
    methods.add("sum", {.summary = "Adds."}, [](std::vector<std::int64_t> terms) {
      std::int64_t sum = 0;
      for (const std::int64_t term : terms) sum += term;
      return sum;
    });
    methods.add("get_data", {.summary = "Gets data."}, [] { return json{R"(["hello",5])"}; });
    methods.add("update", {.summary = "Takes a list."}, [](std::vector<int>) {});
    methods.add("notify_sum", {.summary = "Takes a list."}, [](std::vector<int>) {});
    methods.add("notify_hello", {.summary = "Takes a list."}, [](std::vector<int>) {});
  }

  /// Calls `dialogue` in both formats.
  template <class Dialogue>
  void in_both_formats(Dialogue dialogue) {
    for (const format as : {format::json, format::msgpack}) {
      client->speaks(as);
      dialogue(*client);
      client->hears_nothing();
    }
  }
};

TEST_CASE_FIXTURE(specification, "specification: call with positional parameters") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"({"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1})");
    client.hears(R"({"jsonrpc": "2.0", "result": 19, "id": 1})");
    client.says(R"({"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2})");
    client.hears(R"({"jsonrpc": "2.0", "result": -19, "id": 2})");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call with named parameters") {
  in_both_formats([](scripted_caller& client) {
    client.says(
        R"({"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3})");
    client.hears(R"({"jsonrpc": "2.0", "result": 19, "id": 3})");
    client.says(
        R"({"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4})");
    client.hears(R"({"jsonrpc": "2.0", "result": 19, "id": 4})");
  });
}

TEST_CASE_FIXTURE(specification, "specification: a notification") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"({"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]})");
    client.hears_nothing();
    client.says(R"({"jsonrpc": "2.0", "method": "foobar"})");
    client.hears_nothing();
  });
}

TEST_CASE_FIXTURE(specification, "specification: call of non-existent method") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})");
    client.hears(R"({"jsonrpc": "2.0", "error": {"code": -32601}, "id": "1"})");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call with invalid JSON") {
  client->says(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])");
  client->hears(R"({"jsonrpc": "2.0", "error": {"code": -32700}, "id": null})");
  client->speaks(format::msgpack);
  client->sends("\x83\xa7jsonrpc");
  client->hears(R"({"jsonrpc": "2.0", "error": {"code": -32700}, "id": null})");
}

TEST_CASE_FIXTURE(specification, "specification: call with invalid Request object") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})");
    client.hears(R"({"jsonrpc": "2.0", "error": {"code": -32600}, "id": null})");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call Batch, invalid JSON") {
  client->says(R"([
    {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
    {"jsonrpc": "2.0", "method"
  ])");
  client->hears(R"({"jsonrpc": "2.0", "error": {"code": -32700}, "id": null})");
}

TEST_CASE_FIXTURE(specification, "specification: call with an empty Array") {
  in_both_formats([](scripted_caller& client) {
    client.says("[]");
    client.hears(R"({"jsonrpc": "2.0", "error": {"code": -32600}, "id": null})");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call with an invalid Batch, but not empty") {
  in_both_formats([](scripted_caller& client) {
    client.says("[1]");
    client.hears(R"([{"jsonrpc": "2.0", "error": {"code": -32600}, "id": null}])");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call with invalid Batch") {
  in_both_formats([](scripted_caller& client) {
    client.says("[1,2,3]");
    client.hears(R"([
      {"jsonrpc": "2.0", "error": {"code": -32600}, "id": null},
      {"jsonrpc": "2.0", "error": {"code": -32600}, "id": null},
      {"jsonrpc": "2.0", "error": {"code": -32600}, "id": null}
    ])");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call Batch") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"([
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ])");
    client.hears(R"([
      {"jsonrpc": "2.0", "result": 7, "id": "1"},
      {"jsonrpc": "2.0", "result": 19, "id": "2"},
      {"jsonrpc": "2.0", "error": {"code": -32600}, "id": null},
      {"jsonrpc": "2.0", "error": {"code": -32601}, "id": "5"},
      {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
    ])");
  });
}

TEST_CASE_FIXTURE(specification, "specification: call Batch, all notifications") {
  in_both_formats([](scripted_caller& client) {
    client.says(R"([
      {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ])");
    client.hears_nothing();
  });
}

}  // namespace
}  // namespace sidewire::rpc::test
