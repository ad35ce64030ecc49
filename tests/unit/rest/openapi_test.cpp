#include "rest/openapi.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "codec/decode.hpp"

namespace sidewire::rest {
namespace {

struct problem {  // a name that the document uses itself
  std::int32_t size = 0;
};
BOOST_DESCRIBE_STRUCT(problem, (), (size))

struct listed {
  std::string service;
  std::vector<std::string> tags;
  std::optional<problem> within;
};
BOOST_DESCRIBE_STRUCT(listed, (), (service, tags, within))

std::string document() {
  registry methods;
  methods.add("a.list", {.summary = "Lists.", .safe = true, .params = {{"service", "Whose."}}},
              [](listed) { return problem{}; });
  methods.add("a.store", {}, [](listed) {});
  methods.add("multi.x", {}, [] {});
  return openapi_document(methods, {.program = {.title = "T", .version = "1"},
                                    .server_url = "https://x.example/y"})
      .text();
}

bool says(std::string_view part) {
  return document().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a safe method has GET with its params in the query, and POST with a body") {
  CHECK(says(R"("/api/v1/a/list":{"get":{"operationId":"a.list.get")"));
  CHECK(says(R"({"name":"service","in":"query","description":"Whose.","required":true,"schema":)"
             R"({"type":"string"}})"));
  CHECK(says(R"({"name":"tags","in":"query","required":true,"schema":{"type":"array","items":)"
             R"({"type":"string"}}})"));
  CHECK(says(R"("post":{"operationId":"a.list")"));
  CHECK(says(R"("/api/v1/a/store":{"post":{"operationId":"a.store")"));
  CHECK(!says("a.store.get"));
}

TEST_CASE("an object in a query is JSON text") {
  CHECK(says(R"({"name":"within","in":"query","required":false,"content":{"application/json":)"
             R"({"schema":{"$ref":"#/components/schemas/problem_2"}}}})"));
}

TEST_CASE("a method that has no path is left out") {
  CHECK(!says("multi.x"));
  CHECK(says(R"("/api/v1/multi/dashboard":{"get")"));
  CHECK(says(R"("/api/v1/{service}/action":{"post")"));
  CHECK(says(R"("/api/v1/stream/{topic}":{"get")"));
}

TEST_CASE("the document says where the server is and what it asks for") {
  CHECK(says(R"("servers":[{"url":"https://x.example/y"}])"));
  CHECK(says(R"("security":[{"bearer":[]}])"));
  registry none;
  const std::string open = openapi_document(none, {.program = {.title = "T", .version = "1"},
                                                   .token = token_rule::not_asked})
                               .text();
  CHECK(open.find("bearer") == std::string::npos);
}

TEST_CASE("the document is JSON, and the same for the same methods") {
  json read;
  CHECK(codec::decode(json_view{document(), format::json}, describe<json>(), &read));
  CHECK(document() == document());
}

}  // namespace sidewire::rest
