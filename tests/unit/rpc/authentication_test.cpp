#include <doctest/doctest.h>

#include <string>

#include "tests/unit/rpc/scene.hpp"

/// Who a caller is, and what it may do.

namespace sidewire::rpc::test {
namespace {

struct strangers : scene {
  strangers() {
    methods.add("who", {.summary = "Says who calls."}, [](call& c) { return c.caller().name; });
    methods.add("guarded", {.summary = "For some.", .scope = "scope of eve"}, [] { return 1; });
    client = make_caller(nullptr);
  }
};

TEST_CASE_FIXTURE(strangers, "a stranger is told to authenticate, whatever it calls") {
  client->says(R"({"jsonrpc":"2.0","method":"who","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32021,
                   "data":{"kind":"not_authenticated","retryable":false}}})");
  client->says(R"({"jsonrpc":"2.0","method":"unknown","id":2})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32021}})");
  client->says(R"({"jsonrpc":"2.0","method":"auth.refresh","params":{"token":"eve"},"id":3})");
  client->hears(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32021}})");
  client->says(R"({"jsonrpc":"2.0","method":"rpc.discover","id":4})");
  client->hears(R"({"jsonrpc":"2.0","id":4,"error":{"code":-32021}})");
  client->says(R"({"jsonrpc":"2.0","method":"who"})");
  client->says(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
  client->hears_nothing();
  CHECK(client->settled_count() == 6);
}

TEST_CASE_FIXTURE(strangers, "a stranger's message is still read as JSON-RPC says") {
  client->sends("{");
  client->hears(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700}})");
  client->says(R"({"jsonrpc":"2.0","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32600}})");
}

TEST_CASE_FIXTURE(strangers, "a caller authenticates with a token, and is known from then on") {
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","id":1,
                   "params":{"token":"eve","clientInfo":{"name":"editor","version":"1"}}})");
  client->hears(
      R"({"jsonrpc":"2.0","id":1,"result":{"principal":"eve","scopes":["scope of eve"]}})");
  client->says(R"({"jsonrpc":"2.0","method":"who","id":2})");
  client->hears(R"({"jsonrpc":"2.0","id":2,"result":"eve"})");
  client->says(R"({"jsonrpc":"2.0","method":"auth.refresh","params":{"token":"eva"},"id":3})");
  client->hears(
      R"({"jsonrpc":"2.0","id":3,"result":{"principal":"eva","scopes":["scope of eva"]}})");
  client->says(R"({"jsonrpc":"2.0","method":"who","id":4})");
  client->hears(R"({"jsonrpc":"2.0","id":4,"result":"eva"})");
}

TEST_CASE_FIXTURE(strangers, "a wrong token changes nothing") {
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","params":["nobody"],"id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32021}})");
  CHECK(client->who() == nullptr);
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","params":["eve"],"id":2})");
  client->hears(
      R"({"jsonrpc":"2.0","id":2,"result":{"principal":"eve","scopes":["scope of eve"]}})");
  client->says(R"({"jsonrpc":"2.0","method":"auth.refresh","params":["nobody"],"id":3})");
  client->hears(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32021}})");
  CHECK(client->who()->name == "eve");
  CHECK(client->failed_authentications() == 0);
}

TEST_CASE_FIXTURE(
    strangers,
    "a notification that fails to authenticate ends the connection, for nobody can be told") {
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","params":["nobody"]})");
  CHECK(client->failed_authentications() == 1);
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","params":{"tokens":"eve"}})");
  CHECK(client->failed_authentications() == 2);
  client->hears_nothing();
  client->says(R"({"jsonrpc":"2.0","method":"auth.authenticate","params":["eve"]})");
  CHECK(client->failed_authentications() == 2);
  CHECK(client->who()->name == "eve");
}

TEST_CASE_FIXTURE(strangers, "a stranger's batch is judged element by element") {
  client->says(R"([{"jsonrpc":"2.0","method":"who","id":1},
                   {"jsonrpc":"2.0","method":"auth.authenticate","params":["eve"],"id":2},
                   {"jsonrpc":"2.0","method":"who","id":3},5])");
  client->hears(R"([{"jsonrpc":"2.0","id":1,"error":{"code":-32021}},
                    {"jsonrpc":"2.0","id":2,"result":{"principal":"eve","scopes":["scope of eve"]}},
                    {"jsonrpc":"2.0","id":3,"result":"eve"},
                    {"jsonrpc":"2.0","id":null,"error":{"code":-32600}}])");
}

TEST_CASE_FIXTURE(strangers, "a method with a scope is for those who have it, and for admins") {
  for (const std::string_view name : {"ada", "eve"}) {
    client->authenticated(
        std::make_shared<principal>(principal{"x", {"other", "scope of " + std::string{name}}}));
    client->says(R"({"jsonrpc":"2.0","method":"guarded","id":1})");
    client->hears(name == "eve" ? R"({"jsonrpc":"2.0","id":1,"result":1})"
                                : R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,
                                     "data":{"kind":"forbidden","retryable":false}}})");
  }
  client->authenticated(std::make_shared<principal>(principal{"x", {"admin"}}));
  client->says(R"({"jsonrpc":"2.0","method":"guarded","id":1})");
  client->hears(R"({"jsonrpc":"2.0","id":1,"result":1})");
}

TEST_CASE_FIXTURE(strangers, "an operation of batch.execute needs its scope too") {
  client->authenticated(std::make_shared<principal>(principal{"x", {}}));
  client->says(R"({"jsonrpc":"2.0","method":"batch.execute","id":1,
                   "params":{"operations":[{"method":"guarded"},{"method":"who"}]}})");
  client->hears(
      R"({"jsonrpc":"2.0","id":1,"result":{"results":[{"error":{"code":-32022}},{"result":"x"}]}})");
}

}  // namespace
}  // namespace sidewire::rpc::test
