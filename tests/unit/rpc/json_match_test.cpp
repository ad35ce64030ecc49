#include "tests/unit/rpc/json_match.hpp"

#include <doctest/doctest.h>

namespace sidewire::rpc::test {
namespace {

TEST_CASE("matching: equal values match however they are written, others do not") {
  CHECK(answers(R"({"id":1,"result":[1, {"b":2,"a":"\u0041"}]})",
                R"({"result":[1,{"a":"A","b":2}],"id":1})"));
  CHECK_FALSE(answers(R"({"id":1,"result":1})", R"({"id":1,"result":2})"));
  CHECK_FALSE(answers(R"({"id":1})", R"({"id":1,"result":2})"));
  CHECK_FALSE(answers(R"({"id":1,"result":1})", R"({"id":1})"));
  CHECK_FALSE(answers(R"({"id":1})", R"({"id":1.0})"));
  CHECK_FALSE(answers("[1,2]", "[1]"));
}

TEST_CASE("matching: an error may say more than was expected, and nothing else") {
  const std::string_view said =
      R"({"id":1,"error":{"code":-32601,"message":"no","data":{"kind":"k","retryable":false}}})";
  CHECK(answers(R"({"id":1,"error":{"code":-32601}})", said));
  CHECK(answers(R"({"id":1,"error":{"data":{"kind":"k"}}})", said));
  CHECK_FALSE(answers(R"({"id":1,"error":{"code":-32600}})", said));
  CHECK_FALSE(answers(R"({"id":1,"error":{"data":{"kind":"other"}}})", said));
  CHECK_FALSE(answers(R"({"id":1,"error":{"more":1}})", said));
  CHECK_FALSE(answers(R"({"error":{"code":-32601}})", said));
  CHECK_FALSE(answers(R"({"id":1,"result":{}})", said));
}

TEST_CASE("matching: the responses of a batch come in any order, each once") {
  CHECK(answers(R"([{"id":1},{"id":2}])", R"([{"id":2},{"id":1}])"));
  CHECK_FALSE(answers(R"([{"id":1},{"id":1}])", R"([{"id":2},{"id":1}])"));
  CHECK_FALSE(answers(R"([{"id":1}])", R"({"id":1})"));
}

}  // namespace
}  // namespace sidewire::rpc::test
