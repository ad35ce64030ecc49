#include <doctest/doctest.h>

#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// Partial results: told as they come, or gathered where there is one answer only.

namespace sidewire::rpc::test {

struct count_params {
  int to = 0;
};
BOOST_DESCRIBE_STRUCT(count_params, (), (to))

namespace {

struct streams : scene {
  streams() {
    methods.add_streaming<int>("count", {.summary = "Counts."},
                               [this](count_params p, call& c) -> awaitable<std::string> {
                                 for (int number = 1; number <= p.to; ++number) {
                                   ++sent_count;
                                   co_await c.progress(number);
                                 }
                                 co_return "counted";
                               });
    methods.add_streaming<bytes>("chunks", {.summary = "Sends bytes."},
                                 [](call& c) -> awaitable<int> {
                                   const bytes chunk{std::string("\x00\xff", 2)};
                                   co_await c.progress(chunk);
                                   co_return 1;
                                 });
  }

  int sent_count = 0;
};

TEST_CASE_FIXTURE(
    streams, "progress is told as it comes, under the request's id, and the response ends it") {
  for (const format as : {format::json, format::msgpack}) {
    client->speaks(as);
    client->says(R"({"jsonrpc":"2.0","method":"count","params":[2],"id":"c"})");
    client->hears(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":"c","value":1}})");
    client->hears(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":"c","value":2}})");
    client->hears(R"({"jsonrpc":"2.0","id":"c","result":"counted"})");
  }
}

TEST_CASE_FIXTURE(streams,
                  "a producer waits for a caller that has no room, and goes on when it has") {
  client->is_full();
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[3],"id":1})");
  settle();
  CHECK(sent_count == 1);
  client->has_room_again();
  settle();
  CHECK(sent_count == 3);
  for (const std::string_view value : {"1", "2", "3"}) {
    client->hears(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":)" +
                  std::string{value} + "}}");
  }
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"counted"})");
}

TEST_CASE_FIXTURE(streams, "a producer that waits for room is told when its call is cancelled") {
  client->is_full();
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[3],"id":1})");
  settle();
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  CHECK(client->running_count() == 0);
  CHECK(sent_count == 1);
}

TEST_CASE_FIXTURE(streams, "a producer that waits for room is told when its caller leaves") {
  client->is_full();
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[3],"id":1})");
  settle();
  client_leaves();
  CHECK(sent_count == 1);
  CHECK(counts().calls_in_flight.value() == 0);
}

TEST_CASE_FIXTURE(streams, "progress goes nowhere from a notification") {
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[3]})");
  client->waits_until_settled(1);
  CHECK(sent_count == 3);
  client->hears_nothing();
}

TEST_CASE_FIXTURE(streams, "progress of a batch's element is told beside the batch") {
  client->says(R"([{"jsonrpc":"2.0","method":"count","params":[1],"id":1}])");
  client->hears(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":1}})");
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":"counted"}])");
}

TEST_CASE_FIXTURE(streams,
                  "progress is gathered with the result for a caller that gets one answer") {
  client->wants(progress_delivery::gathered);
  for (const format as : {format::json, format::msgpack}) {
    client->speaks(as);
    client->says(R"({"jsonrpc":"2.0","method":"count","params":[3],"id":1})");
    client->hears(R"({"jsonrpc":"2.0","id":1,"result":{"items":[1,2,3],"result":"counted"}})");
    client->says(R"({"jsonrpc":"2.0","method":"count","params":[0],"id":1})");
    client->hears(R"({"jsonrpc":"2.0","id":1,"result":{"items":[],"result":"counted"}})");
    client->says(R"([{"jsonrpc":"2.0","method":"count","params":[2],"id":1}])");
    client->hears(R"([{"jsonrpc":"2.0","id":1,"result":{"items":[1,2],"result":"counted"}}])");
  }
}

TEST_CASE_FIXTURE(streams,
                  "a method that does not stream answers its result alone, gathered or not") {
  client->wants(progress_delivery::gathered);
  client->says(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
}

TEST_CASE_FIXTURE(streams, "a producer is as far ahead as its credit lets it") {
  const auto hears_item = [this](int value) {
    client->hears(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":)" +
                  std::to_string(value) + "}}");
  };
  const auto gives = [this](std::string_view params) {
    client->says(R"({"jsonrpc":"2.0","method":"$/credit","params":)" + std::string{params} + "}");
    settle();
  };
  client->says(
      R"({"jsonrpc":"2.0","method":"count","params":{"to":4,"_meta":{"credit":1}},"id":1})");
  settle();
  hears_item(1);
  client->hears_nothing();
  for (const auto no_credit : {R"({"token":2,"n":1})", R"({"token":1})", R"({"token":1,"n":-1})",
                               R"({"token":"1","n":1})", R"([1,1])", R"({"token":1,"n":0})"}) {
    gives(no_credit);
  }
  client->hears_nothing();
  gives(R"({"token":1,"n":2})");
  hears_item(2);
  hears_item(3);
  client->hears_nothing();
  gives(R"({"token":1,"n":1})");
  hears_item(4);
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"counted"})");
}

TEST_CASE_FIXTURE(streams, "a producer that waits for credit hears that its call was cancelled") {
  client->says(
      R"({"jsonrpc":"2.0","method":"count","params":{"to":4,"_meta":{"credit":0}},"id":1})");
  settle();
  client->hears_nothing();
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  settle();
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  CHECK(client->running_count() == 0);
  CHECK(sent_count == 1);
}

TEST_CASE_FIXTURE(streams, "gathered items past the bound are an error, and the method is told") {
  limits.max_response_bytes = 100;
  client->wants(progress_delivery::gathered);
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[1000],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32027,
                   "data":{"kind":"response_too_large","limit":"maxResponseBytes"}}})");
  settle();
  CHECK(sent_count < 100);
  CHECK(client->running_count() == 0);
}

TEST_CASE_FIXTURE(streams,
                  "bytes in progress are base64 in JSON, bin where the caller takes MessagePack") {
  client->says(R"({"jsonrpc":"2.0","method":"chunks","id":1})");
  client->hears(format::json,
                R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":"AP8="}})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":1})");
  client->takes_msgpack(true);
  client->says(R"({"jsonrpc":"2.0","method":"chunks","id":1})");
  client->hears(format::msgpack,
                R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":"AP8="}})");
  client->hears(format::json, R"({"jsonrpc":"2.0","id":1,"result":1})");
}

TEST_CASE_FIXTURE(streams, "what is said after the answer goes nowhere") {
  gate waits{loop()};
  methods.add("late", {.summary = "Goes on."}, [&waits](call& c) -> awaitable<void> {
    try {
      co_await waits.pass();
    } catch (const boost::system::system_error&) {
    }
    co_await c.progress(1);
  });
  client->says(R"({"jsonrpc":"2.0","method":"late","id":1})");
  settle();
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800}})");
  settle();
  client->hears_nothing();
  CHECK(client->running_count() == 0);
}

}  // namespace
}  // namespace sidewire::rpc::test
