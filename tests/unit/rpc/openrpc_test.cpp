#include "rpc/openrpc.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "codec/decode.hpp"
#include "rpc/builtins.hpp"

namespace sidewire::rpc {

namespace {

struct tail_params {
  std::string service;
  std::optional<std::uint8_t> lines;
};
BOOST_DESCRIBE_STRUCT(tail_params, (), (service, lines))

struct tail_line {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(tail_line, (), (text))

std::string text_of(const registry& methods) {
  return openrpc_document(methods, {.title = "app", .version = "1.2.3"}).text();
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

registry with_tail(method_info info) {
  registry methods;
  methods.add("log.tail", std::move(info), [](tail_params) { return std::uint64_t{0}; });
  return methods;
}

}  // namespace

TEST_CASE("a method is told with its params, result, errors and extensions") {
  const auto methods = with_tail({.summary = "Reads the end.",
                                  .description = "Of a file.",
                                  .safe = true,
                                  .scope = "logs",
                                  .params = {{"lines", "How many."}},
                                  .errors = {error_kind::not_found, error_kind::forbidden}});
  CHECK(holds(
      text_of(methods),
      R"("methods":[{"name":"log.tail","summary":"Reads the end.","description":"Of a file.",)"
      R"("paramStructure":"either","params":[)"
      R"({"name":"service","required":true,"schema":{"type":"string"}},)"
      R"({"name":"lines","summary":"How many.","required":false,)"
      R"("schema":{"type":["integer","null"],"minimum":0,"maximum":255}}],)"
      R"("result":{"name":"result","schema":{"type":"integer","minimum":0}},)"
      R"("errors":[{"$ref":"#/components/errors/forbidden"},)"
      R"({"$ref":"#/components/errors/not_found"}],)"
      R"("x-safe":true,"x-blocking":false,"x-scope":"logs",)"
      R"("x-paramsSchema":{"type":"object","properties":{"service":{"type":"string"},)"
      R"("lines":{"description":"How many.","type":["integer","null"],"minimum":0,"maximum":255},)"
      R"("_meta":{"$ref":"#/components/schemas/call_meta"}},)"
      R"("required":["service"],"additionalProperties":false}}])"));
}

TEST_CASE("what a method streams has its schema") {
  registry methods;
  methods.add_streaming<tail_line>("log.follow", {}, [](tail_params) {});
  const std::string text = text_of(methods);
  CHECK(holds(text, R"("result":{"name":"result","schema":{"type":"null"}})"));
  CHECK(holds(text, R"("x-progress":{"name":"progress",)"
                    R"("schema":{"$ref":"#/components/schemas/tail_line"}})"));
  CHECK(holds(text, R"("tail_line":{"title":"tail_line","type":"object")"));
}

TEST_CASE("params of any form are no list, but a schema that takes arrays and objects") {
  registry methods;
  methods.add("any.thing", {}, [](json_view given) { return given; });
  const std::string text = text_of(methods);
  CHECK(holds(text, R"("params":[],"result")"));
  CHECK(holds(text, R"("x-paramsSchema":{"anyOf":[{"type":"object"},{"type":"array"}]})"));
}

TEST_CASE("unknown members are allowed where the method ignores them") {
  const auto methods = with_tail({.summary = "Reads.", .takes_unknown_members = true});
  CHECK(holds(text_of(methods), R"("required":["service"]}}])"));
}

TEST_CASE("examples pair params with their result") {
  const auto methods = with_tail(
      {.summary = "Reads.",
       .examples = {
           {.name = "two", .params = {{"service", R"("apt")"}, {"lines", "2"}}, .result = "40"}}});
  CHECK(holds(text_of(methods),
              R"("examples":[{"name":"two","params":[{"name":"service","value":"apt"},)"
              R"({"name":"lines","value":2}],"result":{"name":"result","value":40}}])"));
}

TEST_CASE("speaking of a param that is not there is refused at the start") {
  CHECK_THROWS_WITH_AS(text_of(with_tail({.summary = "Reads.", .params = {{"line", "How many."}}})),
                       doctest::Contains("\"log.tail\" describes a param \"line\""),
                       std::invalid_argument);
  CHECK_THROWS_AS(
      text_of(with_tail(
          {.summary = "Reads.", .examples = {{.name = "wrong", .params = {{"servise", "1"}}}}})),
      std::invalid_argument);
}

TEST_CASE("the document names its version, title and licence") {
  const json document =
      openrpc_document({}, {.title = "app", .version = "1.2.3", .license = "Apache-2.0"});
  CHECK(document.text().starts_with(
      R"({"openrpc":"1.3.2","info":{"title":"app","version":"1.2.3","description":"Params go)"));
  CHECK(holds(document.text(), R"("license":{"name":"Apache-2.0"}},"methods":[])"));
}

TEST_CASE("every error that a server answers with is a component") {
  const std::string text = text_of({});
  CHECK(holds(text, R"("server_busy":{"code":-32028,"message":"The server has too much to do, or )"
                    R"(ends; again after `data.retryAfterMs`.",)"
                    R"("data":{"kind":"server_busy","retryable":true}})"));
  CHECK(!holds(text, R"("application":)"));
}

TEST_CASE("the document is valid JSON and the same each time, whatever the order of adding") {
  registry forwards;
  add_builtins(forwards);
  forwards.add("b", {}, [](tail_params) { return tail_line{}; });
  forwards.add("a", {}, [](tail_params) {});
  registry backwards;
  backwards.add("a", {}, [](tail_params) {});
  backwards.add("b", {}, [](tail_params) { return tail_line{}; });
  add_builtins(backwards);
  const json document = openrpc_document(forwards, {.title = "app", .version = "1"});
  CHECK(document == openrpc_document(backwards, {.title = "app", .version = "1"}));
  json whole;
  CHECK(codec::decode(document, describe<json>(), &whole));
}

}  // namespace sidewire::rpc
