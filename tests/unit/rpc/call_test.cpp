#include <doctest/doctest.h>

#include <sidewire/error.hpp>
#include <stdexcept>
#include <string>

#include "tests/unit/rpc/gate.hpp"
#include "tests/unit/rpc/scene.hpp"

/// One call and its answer: what handlers may be, what they may answer, what becomes of a failure.

namespace sidewire::rpc::test {

struct greeting_params {
  std::string first_name;
};
BOOST_DESCRIBE_STRUCT(greeting_params, (), (first_name))

namespace {

struct calls : scene {
  calls() {
    methods.add("echo", {.summary = "Answers its params."}, [](json_view p) { return p; });
    methods.add("greet", {.summary = "Greets."},
                [](greeting_params p) { return "hello " + p.first_name; });
    methods.add("nothing", {.summary = "Answers null."}, [] {});
  }
};

TEST_CASE_FIXTURE(calls, "a call is answered in the format that it came in, params kept exactly") {
  client->sends(
      R"({"jsonrpc":"2.0","method":"echo","params":{ "a" : 1.50, "a":[ -0 ] },"id":"x"})");
  CHECK(client->heard() == R"({"jsonrpc":"2.0","id":"x","result":{ "a" : 1.50, "a":[ -0 ] }})");
  client->speaks(format::msgpack);
  client->says(R"({"jsonrpc":"2.0","method":"echo","params":{"a":[1.5]},"id":-1})");
  client->hears(format::msgpack, R"({"jsonrpc":"2.0","id":-1,"result":{"a":[1.5]}})");
}

TEST_CASE_FIXTURE(calls, "the params of a call are echoed with their _meta, null when absent") {
  client->says(R"({"jsonrpc":"2.0","method":"echo","params":{"_meta":{"x":1}},"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":{"_meta":{"x":1}}})");
  client->says(R"({"jsonrpc":"2.0","method":"echo","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
}

TEST_CASE_FIXTURE(calls, "a notification is run and never answered, whatever becomes of it") {
  int count = 0;
  methods.add("count", {.summary = "Counts."}, [&count](greeting_params) { return ++count; });
  methods.add("fail", {.summary = "Fails."}, [] {
    throw call_failed{{error_kind::conflict, "no"}};
  });
  client->says(R"({"jsonrpc":"2.0","method":"count","params":["a"]})");
  CHECK(count == 1);
  client->says(R"({"jsonrpc":"2.0","method":"count","params":[5]})");
  client->says(R"({"jsonrpc":"2.0","method":"unknown"})");
  client->says(R"({"jsonrpc":"2.0","method":"fail"})");
  CHECK(count == 1);
  client->hears_nothing();
  CHECK(client->settled_count() == 4);
  CHECK(counts().notifications.value() == 4);
  CHECK(counts().calls.value() == 0);
}

TEST_CASE_FIXTURE(calls,
                  "a notification that is refused by its _meta or its scope is settled too") {
  methods.add("guarded", {.summary = "For some.", .scope = "admin"}, [] {});
  client->says(R"({"jsonrpc":"2.0","method":"guarded"})");
  client->says(R"({"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"timeoutMs":-1}}})");
  CHECK(client->settled_count() == 2);
  client->says(R"([{"jsonrpc":"2.0","method":"guarded"},
                   {"jsonrpc":"2.0","method":"nothing","params":{"_meta":5}},
                   {"jsonrpc":"2.0","method":"nothing","id":1}])");
  client->hears(R"([{"jsonrpc":"2.0","id":1,"result":null}])");
  CHECK(client->settled_count() == 3);
}

TEST_CASE_FIXTURE(calls, "an id of null is a call like any other") {
  client->says(R"({"jsonrpc":"2.0","method":"nothing","id":null})");
  client->hears(R"({"jsonrpc":"2.0","id":null,"result":null})");
}

TEST_CASE_FIXTURE(calls, "a response to nothing is ignored") {
  client->says(R"({"jsonrpc":"2.0","result":1,"id":1})");
  client->says(R"({"jsonrpc":"2.0","error":{"code":1,"message":"x"},"id":null})");
  client->says(R"([{"jsonrpc":"2.0","result":1,"id":1}])");
  client->hears_nothing();
  CHECK(client->settled_count() == 3);
}

TEST_CASE_FIXTURE(calls, "params that do not fit are told with a pointer to what is wrong") {
  client->says(R"({"jsonrpc":"2.0","method":"greet","params":{"firstName":5},"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"expected a string",
                   "data":{"kind":"invalid_params","retryable":false,"pointer":"/firstName"}}})");
  client->says(R"({"jsonrpc":"2.0","method":"greet","params":{"firstName":"a","x":1},"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"data":{"pointer":"/x"}}})");
  client->says(R"({"jsonrpc":"2.0","method":"greet","id":1})");
  client->hears(
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"data":{"pointer":"/firstName"}}})");
  client->says(R"({"jsonrpc":"2.0","method":"nothing","params":[1],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"data":{"pointer":"/0"}}})");
  client->says(
      R"({"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"timeoutMs":"x"}},"id":1})");
  client->hears(
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"data":{"pointer":"/_meta/timeoutMs"}}})");
}

TEST_CASE_FIXTURE(calls, "a method may ignore params that it does not know") {
  methods.add("tolerant", {.summary = "Greets.", .takes_unknown_members = true},
              [](greeting_params p) { return p.first_name; });
  client->says(R"({"jsonrpc":"2.0","method":"tolerant","params":{"firstName":"a","x":1},"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"a"})");
}

TEST_CASE_FIXTURE(calls, "a handler may be a plain function, a coroutine, and take its call") {
  methods.add("with_call", {.summary = "Says who calls."}, [](greeting_params p, call& c) {
    return p.first_name + c.caller().name + std::string{c.method()};
  });
  methods.add("call_alone", {.summary = "Says who calls."},
              [](call& c) { return c.caller().name; });
  methods.add(
      "coroutine", {.summary = "Greets later."},
      [](greeting_params p) -> awaitable<std::string> { co_return "later " + p.first_name; });
  methods.add("coroutine_call", {.summary = "Greets later."},
              [](greeting_params p, call& c) -> awaitable<std::string> {
                co_return p.first_name + c.caller().name;
              });
  methods.add("silent_coroutine", {.summary = "Answers null."},
              []() -> awaitable<void> { co_return; });
  client->says(R"({"jsonrpc":"2.0","method":"with_call","params":["a"],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"aadawith_call"})");
  client->says(R"({"jsonrpc":"2.0","method":"call_alone","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"ada"})");
  client->says(R"({"jsonrpc":"2.0","method":"coroutine","params":["a"],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"later a"})");
  client->says(R"({"jsonrpc":"2.0","method":"coroutine_call","params":["a"],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"aada"})");
  client->says(R"({"jsonrpc":"2.0","method":"silent_coroutine","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  CHECK(counts().calls.value() == 5);
  CHECK(counts().failed_calls.value() == 0);
}

TEST_CASE_FIXTURE(calls,
                  "a result that holds an error answers with it, like call_failed that is thrown") {
  using answer = result<std::string>;
  methods.add("refuses", {.summary = "Refuses."}, []() -> answer {
    return error::application(4711, "sold out").details(json{R"({"left":0})"});
  });
  methods.add("agrees", {.summary = "Agrees."}, []() -> answer { return std::string{"yes"}; });
  methods.add("refuses_later", {.summary = "Refuses."}, []() -> awaitable<answer> {
    co_return error{error_kind::conflict, "no"};
  });
  methods.add("throws", {.summary = "Throws."}, [] {
    throw call_failed{error{error_kind::not_found, "none"}.at("/x")};
  });
  methods.add("throws_later", {.summary = "Throws."}, []() -> awaitable<void> {
    throw call_failed{{error_kind::not_found, "none"}};
    co_return;
  });
  methods.add("void_result", {.summary = "Refuses."}, []() -> result<void> {
    return error{error_kind::conflict, "no"};
  });
  client->says(R"({"jsonrpc":"2.0","method":"refuses","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":4711,"message":"sold out","data":
                   {"kind":"application","retryable":false,"details":{"left":0}}}})");
  client->says(R"({"jsonrpc":"2.0","method":"agrees","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"yes"})");
  client->says(R"({"jsonrpc":"2.0","method":"refuses_later","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32030}})");
  client->says(R"({"jsonrpc":"2.0","method":"throws","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32023,"data":{"pointer":"/x"}}})");
  client->says(R"({"jsonrpc":"2.0","method":"throws_later","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32023}})");
  client->says(R"({"jsonrpc":"2.0","method":"void_result","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32030}})");
  CHECK(counts().failed_calls.value() == 5);
}

TEST_CASE_FIXTURE(calls, "an exception is -32603, with a line in the log and no text to the peer") {
  methods.add("throws", {.summary = "Throws."}, [] { throw std::runtime_error{"secret path"}; });
  methods.add("throws_later", {.summary = "Throws."}, []() -> awaitable<void> {
    throw std::runtime_error{"secret path"};
    co_return;
  });
  methods.add("throws_call", {.summary = "Throws."},
              [](call&) { throw std::runtime_error{"secret"}; });
  methods.add("throws_odd", {.summary = "Throws."}, [] { throw 5; });
  for (const std::string_view name : {"throws", "throws_later", "throws_call", "throws_odd"}) {
    client->says(R"({"jsonrpc":"2.0","method":")" + std::string{name} + R"(","id":1})");
    const std::string said = client->heard();
    CHECK(said.find("-32603") != std::string::npos);
    CHECK(said.find("secret") == std::string::npos);
    const auto logged = log.take();
    REQUIRE(logged.size() == 1);
    CHECK(logged[0].starts_with("a method failed " + std::string{name} + ": "));
  }
  client->says(R"({"jsonrpc":"2.0","method":"throws"})");
  client->hears_nothing();
  CHECK(log.take() == std::vector<std::string>{"a method failed throws: secret path"});
}

TEST_CASE_FIXTURE(calls,
                  "the caller is known to a call that outlives the caller's own change of name") {
  gate waits{loop()};
  methods.add("later", {.summary = "Says who called."},
              [&waits](call& c) -> awaitable<std::string> {
                co_await waits.pass();
                co_return c.caller().name;
              });
  client->says(R"({"jsonrpc":"2.0","method":"later","id":1})");
  settle();
  client->authenticated(std::make_shared<principal>(principal{"eve", {}}));
  waits.open();
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":"ada"})");
}

TEST_CASE_FIXTURE(calls, "a call may send its caller notifications of its own") {
  methods.add("tells", {.summary = "Tells."},
              [](call& c) { c.peer()->notify("news", greeting_params{"a"}); });
  client->says(R"({"jsonrpc":"2.0","method":"tells","id":1})");
  client->hears(R"({"jsonrpc":"2.0","method":"news","params":{"firstName":"a"}})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  client->wants(progress_delivery::gathered);
  client->says(R"({"jsonrpc":"2.0","method":"tells","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
}

TEST_CASE_FIXTURE(calls, "rpc.ping answers null and rpc.discover the document") {
  client->says(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":null})");
  client->says(R"({"jsonrpc":"2.0","method":"rpc.ping","params":{"x":1},"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602}})");
  client->says(R"({"jsonrpc":"2.0","method":"rpc.discover","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":{"openrpc":"1.2.6"}})");
}

}  // namespace
}  // namespace sidewire::rpc::test
