#include <doctest/doctest.h>

#include <sidewire/registry.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace sidewire {
namespace {

TEST_CASE("a registry finds methods by name and lists them in order") {
  registry methods;
  methods.add("b", {.summary = "B."}, [] { return 1; });
  methods.add("a.x", {.summary = "A."}, [](json_view p) { return p; });
  REQUIRE(methods.find("b") != nullptr);
  CHECK(methods.find("b")->info.summary == "B.");
  CHECK(methods.find("c") == nullptr);
  CHECK(methods.find("") == nullptr);
  std::vector<std::string> names;
  for (const method* each : methods.all()) names.push_back(each->name);
  CHECK(names == std::vector<std::string>{"a.x", "b"});
}

TEST_CASE("a method's types are known from its handler") {
  registry methods;
  methods.add("plain", {},
              [](std::vector<int> p) -> result<std::string> { return std::to_string(p.size()); });
  methods.add("silent", {}, [](call&) {});
  methods.add_streaming<int>("stream", {},
                             [](json, call&) -> awaitable<bytes> { co_return bytes{}; });
  CHECK(methods.find("plain")->params == &describe<std::vector<int>>());
  CHECK(methods.find("plain")->result == &describe<std::string>());
  CHECK(methods.find("plain")->progress == nullptr);
  CHECK(methods.find("silent")->params == nullptr);
  CHECK(methods.find("silent")->result == nullptr);
  CHECK(methods.find("stream")->params == &describe<json>());
  CHECK(methods.find("stream")->result == &describe<bytes>());
  CHECK(methods.find("stream")->progress == &describe<int>());
}

TEST_CASE("a name that is taken, empty or reserved is refused") {
  registry methods;
  const auto add = [&](std::string name) { methods.add(std::move(name), {}, [] {}); };
  add("a");
  CHECK_THROWS_AS(add("a"), std::invalid_argument);
  CHECK_THROWS_AS(add(""), std::invalid_argument);
  for (const char* name : {"rpc.x", "auth.x", "batch.x", "session.x", "topic.x", "$/x"}) {
    CHECK_THROWS_AS(add(name), std::invalid_argument);
  }
  CHECK_NOTHROW(add("rpcx"));
}

TEST_CASE("only what can leave the message behind may be blocking") {
  registry methods;
  CHECK_THROWS_AS(
      methods.add("view", {.summary = "", .blocking = true}, [](json_view p) { return p; }),
      std::invalid_argument);
  CHECK_THROWS_AS(methods.add("coroutine", {.summary = "", .blocking = true},
                              []() -> awaitable<void> { co_return; }),
                  std::invalid_argument);
  CHECK_NOTHROW(methods.add("plain", {.summary = "", .blocking = true}, [](json p) { return p; }));
}

}  // namespace
}  // namespace sidewire
