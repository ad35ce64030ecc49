#include "rest/response_text.hpp"

#include <doctest/doctest.h>

#include "base/buffer.hpp"
#include "codec/message.hpp"

namespace sidewire::rest {

TEST_CASE("a response's result is found where the codec wrote it") {
  const std::string value = "a}\"]";
  base::buffer out;
  codec::write_result(out, format::json, {}, &describe<std::string>(), &value);
  CHECK(read_response(out.view()).value == R"("a}\"]")");
  CHECK(!read_response(out.view()).is_error);
  out.clear();
  codec::write_result(out, format::json, {}, nullptr, nullptr);
  CHECK(read_response(out.view()).value == "null");
}

TEST_CASE("a response's error is found where the codec wrote it") {
  base::buffer out;
  codec::write_error(out, format::json, {}, error{error_kind::conflict, "no"});
  CHECK(read_response(out.view()).is_error);
  CHECK(read_response(out.view()).value ==
        R"({"code":-32030,"message":"no","data":{"kind":"conflict","retryable":false}})");
}

TEST_CASE("params by name are an object, or left out") {
  CHECK(may_be_named_params(""));
  CHECK(may_be_named_params(" \n"));
  CHECK(may_be_named_params(" {}"));
  CHECK(!may_be_named_params("[1]"));
  CHECK(!may_be_named_params("7"));
}

}  // namespace sidewire::rest
