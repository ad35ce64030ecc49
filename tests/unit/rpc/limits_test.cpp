#include <doctest/doctest.h>

#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// Bounds of calls and results, and the format that an answer takes.

namespace sidewire::rpc::test {

struct size_params {
  std::size_t size = 0;
};
BOOST_DESCRIBE_STRUCT(size_params, (), (size))

namespace {

struct bounds : scene {
  bounds() {
    methods.add("text", {.summary = "Answers a text."},
                [](size_params p) { return std::string(p.size, 'x'); });
    methods.add("data", {.summary = "Answers bytes."},
                [](size_params p) { return bytes{std::string(p.size, '\xff')}; });
    methods.add(
        "later", {.summary = "Answers a text later."},
        [](size_params p) -> awaitable<std::string> { co_return std::string(p.size, 'x'); });
    methods.add("wait", {.summary = "Waits."},
                [this]() -> awaitable<void> { return waits.pass(); });
  }

  void asks(std::string_view method, std::size_t size, std::string_view meta = "{}") {
    client->says(R"({"jsonrpc":"2.0","method":")" + std::string{method} +
                 R"(","id":1,"params":{"size":)" + std::to_string(size) + R"(,"_meta":)" +
                 std::string{meta} + "}}");
  }
  void hears_text(format as, std::size_t size) {
    client->hears(as, R"({"jsonrpc":"2.0","id":1,"result":")" + std::string(size, 'x') + "\"}");
  }
  void hears_too_large() {
    client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32027,
                     "data":{"kind":"response_too_large","limit":"maxResponseBytes"}}})");
  }

  gate waits{loop()};
};

constexpr std::size_t envelope_bytes =
    std::string_view{R"({"jsonrpc":"2.0","id":1,"result":""})"}.size();

TEST_CASE_FIXTURE(bounds,
                  "a caller has as many calls in flight as the bound, the next is server_busy") {
  limits.max_calls_in_flight = 2;
  for (const std::string_view id : {"1", "2", "3"}) {
    client->says(R"({"jsonrpc":"2.0","method":"wait","id":)" + std::string{id} + "}");
  }
  client->hears(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32028,
                   "data":{"kind":"server_busy","retryable":true,"limit":"maxCallsInFlight"}}})");
  client->says(R"({"jsonrpc":"2.0","method":"text","params":[0],"id":4})");  // ends at once
  client->hears(R"({"jsonrpc":"2.0","id":4,"result":""})");
  client->says(R"({"jsonrpc":"2.0","method":"wait"})");
  CHECK(client->settled_count() == 3);
  const auto other = make_caller(std::make_shared<principal>());
  other->says(R"({"jsonrpc":"2.0","method":"wait","id":1})");
  settle();
  CHECK(waits.waiting_count() == 3);
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"result":null})");
  other->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  settle();
  client->says(R"({"jsonrpc":"2.0","method":"wait","id":5})");
  client->hears(R"({"jsonrpc":"2.0","id":5,"result":null})");
}

TEST_CASE_FIXTURE(bounds, "a cancelled call counts until its handler has ended") {
  limits.max_calls_in_flight = 1;
  client->says(R"({"jsonrpc":"2.0","method":"wait","id":1})");
  settle();
  in_one_turn([this] {
    client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
    client->says(R"({"jsonrpc":"2.0","method":"wait","id":2})");
  });
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32028}})");
  settle();
  client->says(R"({"jsonrpc":"2.0","method":"wait","id":3})");
  settle();
  CHECK(waits.waiting_count() == 1);
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":3,"result":null})");
}

TEST_CASE_FIXTURE(bounds, "the operations of batch.execute count as calls in flight") {
  limits.max_calls_in_flight = 2;
  waits.open();
  client->says(R"({"jsonrpc":"2.0","method":"batch.execute","id":1,"params":{"operations":
                  [{"method":"wait"},{"method":"wait"}]}})");
  client->hears(
      R"({"jsonrpc":"2.0","id":1,"result":{"results":[{"result":null},{"error":{"code":-32028}}]}})");
}

TEST_CASE_FIXTURE(bounds,
                  "a result may be as large as the bound, and is response_too_large beyond") {
  limits.max_response_bytes = 200;
  for (const std::string_view method : {"text", "later"}) {
    asks(method, 200 - envelope_bytes);
    hears_text(format::json, 200 - envelope_bytes);
    asks(method, 201 - envelope_bytes);
    hears_too_large();
  }
}

TEST_CASE_FIXTURE(
    bounds, "the results of a batch share the bound: what passes it is an error in its place") {
  limits.max_response_bytes = 400;
  client->says(R"([{"jsonrpc":"2.0","method":"text","params":[100],"id":1},
                   {"jsonrpc":"2.0","method":"text","params":[400],"id":2},
                   {"jsonrpc":"2.0","method":"text","params":[5],"id":3}])");
  client->hears(
      R"([{"jsonrpc":"2.0","id":1,"result":")" + std::string(100, 'x') +
      R"("},{"jsonrpc":"2.0","id":2,"error":{"code":-32027}},{"jsonrpc":"2.0","id":3,"result":"xxxxx"}])");
}

TEST_CASE_FIXTURE(bounds, "a large JSON result comes as MessagePack to a caller that takes it") {
  limits.binary_threshold_bytes = 100;
  client->takes_msgpack(true);
  asks("text", 100 - envelope_bytes);
  hears_text(format::json, 100 - envelope_bytes);
  asks("text", 101 - envelope_bytes);
  hears_text(format::msgpack, 101 - envelope_bytes);
  client->takes_msgpack(false);
  asks("text", 101 - envelope_bytes);
  hears_text(format::json, 101 - envelope_bytes);
}

TEST_CASE_FIXTURE(bounds,
                  "a result that holds bytes comes as MessagePack to a caller that takes it") {
  asks("data", 1);
  client->hears(format::json, R"({"jsonrpc":"2.0","id":1,"result":"/w=="})");
  client->takes_msgpack(true);
  asks("data", 1);
  client->hears(format::msgpack, R"({"jsonrpc":"2.0","id":1,"result":"/w=="})");
  asks("text", 1);
  hears_text(format::json, 1);
}

TEST_CASE_FIXTURE(bounds, "a call may ask for a format, whatever the caller usually takes") {
  asks("text", 1, R"({"format":"msgpack"})");
  hears_text(format::msgpack, 1);
  limits.binary_threshold_bytes = 10;
  client->takes_msgpack(true);
  asks("text", 100, R"({"format":"json"})");
  hears_text(format::json, 100);
  asks("data", 1, R"({"format":"json"})");
  client->hears(format::json, R"({"jsonrpc":"2.0","id":1,"result":"/w=="})");
  client->speaks(format::msgpack);
  asks("later", 1, R"({"format":"json"})");
  hears_text(format::json, 1);
  asks("text", 1, R"({"format":"xml"})");
  client->hears(format::msgpack, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,
                                    "data":{"pointer":"/_meta/format"}}})");
}

TEST_CASE_FIXTURE(bounds, "members of _meta that are unknown or null are ignored") {
  asks("text", 1, R"({"traceparent":5,"timeoutMs":null,"format":null,"x":{}})");
  hears_text(format::json, 1);
}

TEST_CASE_FIXTURE(bounds, "a message nested too deep is a parse error that names the limit") {
  const std::string deep = std::string(300, '[') + std::string(300, ']');
  client->sends(deep);
  client->hears(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,
                   "data":{"kind":"parse_error","retryable":false,"limit":"maxDepth"}}})");
}

TEST_CASE_FIXTURE(bounds, "a batch counts among the levels of its elements") {
  const auto nested = [](std::size_t depth) {
    return R"({"jsonrpc":"2.0","method":"x","params":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  client->sends(nested(255));
  client->sends("[" + nested(254) + "]");
  client->hears_nothing();
  client->sends("[" + nested(255) + "]");
  client->hears(
      R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"data":{"limit":"maxDepth"}}})");
}

}  // namespace
}  // namespace sidewire::rpc::test
