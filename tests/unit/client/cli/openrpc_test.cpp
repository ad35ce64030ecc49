#include "client/cli/openrpc.hpp"

#include <doctest/doctest.h>

#include <string_view>

using sidewire::format;
using sidewire::json_view;
using sidewire::cli::describe_schema;
using sidewire::cli::read_methods;
using sidewire::cli::read_value;
using sidewire::cli::signature_of;

namespace {

std::string described(std::string_view schema) {
  const auto read = read_value(json_view{schema, format::json});
  return describe_schema(&read);
}

}  // namespace

TEST_CASE("a schema is described in a few words") {
  CHECK(described(R"({"type":"integer","minimum":0})") == "integer");
  CHECK(described(R"({"type":"array","items":{"type":"string"}})") == "array of string");
  CHECK(described(R"({"$ref":"#/components/schemas/log_entry"})") == "log_entry");
  CHECK(described(R"({"enum":["info","warn"]})") == "info | warn");
  CHECK(described(R"({"oneOf":[{"type":"string"},{"type":"null"}]})") == "string | null");
  CHECK(described(R"({"type":["string","null"]})") == "string | null");
  CHECK(described(R"({"type":"string","contentEncoding":"base64"})") == "bytes");
  CHECK(described("true") == "any");
  CHECK(described("{}") == "any");
  CHECK(describe_schema(nullptr) == "any");
}

TEST_CASE("methods are read with their params, references followed") {
  const auto methods = read_methods(read_value(json_view{R"({"openrpc":"1.3.2","methods":[
    {"name":"logs.tail","summary":"The last lines.","params":[
      {"name":"service","required":true,"schema":{"type":"string"},"summary":"Which."},
      {"$ref":"#/components/contentDescriptors/lines"}],
     "result":{"name":"result","schema":{"type":"array","items":{"$ref":"#/components/schemas/entry"}}}},
    {"$ref":"#/components/x"}],
    "components":{"contentDescriptors":{"lines":{"name":"lines","schema":{"type":"integer","description":"How many."}}},
      "x":{"name":"b","params":[]}}})",
                                                         format::json}));
  REQUIRE(methods.size() == 2);
  CHECK(methods[0].name == "logs.tail");
  CHECK(methods[0].summary == "The last lines.");
  CHECK(signature_of(methods[0]) == "service: string, lines?: integer");
  CHECK(methods[0].params[1].summary == "How many.");
  CHECK(methods[0].result_type == "array of entry");
  CHECK(methods[1].name == "b");
  CHECK(signature_of(methods[1]) == "");
}

TEST_CASE("a document without methods has none") {
  CHECK(read_methods(read_value(json_view{"[]", format::json})).empty());
}
