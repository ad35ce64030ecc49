#include "codec/message.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {
namespace {

using protocol::id_kind;
using protocol::id_view;

const id_view seven{.kind = id_kind::unsigned_integer, .unsigned_integer = 7, .text = {}};

/// What `write(out, as)` writes as JSON; as MessagePack it must say the same.
template <class Write>
std::string written(Write write) {
  base::buffer text;
  write(text, format::json);
  base::buffer bytes;
  write(bytes, format::msgpack);
  CHECK(unpacked(bytes.view()) == text.view());
  return std::string{text.view()};
}

std::string error_object(const error& reason) {
  return written([&](base::buffer& out, format as) { write_outcome(out, as, reason); });
}

/// The id of a message, as it comes back in the answer.
std::string echoed_id(std::string_view id, format as = format::json) {
  const std::string text = "{\"id\":" + std::string{id} + "}";
  const base::buffer message = padded(as == format::json ? text : packed(text));
  reader reading{256};
  REQUIRE(reading.read(message.view(), as));
  base::buffer out;
  reading.each([&](const incoming& element) {
    const protocol::id kept{element.id};
    write_result(out, as, kept.view(), nullptr, nullptr);
  });
  const std::string answer = as == format::json ? std::string{out.view()} : unpacked(out.view());
  const std::string_view head = R"({"jsonrpc":"2.0","id":)";
  const std::string_view tail = R"(,"result":null})";
  REQUIRE(answer.starts_with(head));
  REQUIRE(answer.ends_with(tail));
  return answer.substr(head.size(), answer.size() - head.size() - tail.size());
}

TEST_CASE("an id is echoed exactly as JSON wrote it") {
  for (const std::string_view id :
       {"0", "1", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "1.50", "-0", "-0.0", "1e2", "1E+2", "0.1000", "5e-324", "1e-400", "null", "\"\"",
        "\"a\\\"b\"", "\"\u00e4\U0001F600\"", "\"\\u0000\""}) {
    CHECK(echoed_id(id) == id);
  }
  CHECK(echoed_id("\"\\u0061\\/\"") == "\"a/\"");
}

TEST_CASE("an id is echoed with its value in MessagePack") {
  for (const std::string_view id :
       {"0", "127", "128", "-1", "-33", "9223372036854775807", "-9223372036854775808",
        "18446744073709551615", "1.5", "null", "\"\"", "\"\u00e4\""}) {
    CHECK(echoed_id(id, format::msgpack) == id);
  }
}

TEST_CASE("an id that came as JSON is written as MessagePack with its value") {
  base::buffer out;
  const id_view fraction{.kind = id_kind::number, .number = 1.5, .text = "1.50"};
  write_result(out, format::msgpack, fraction, nullptr, nullptr);
  CHECK(unpacked(out.view()) == R"({"jsonrpc":"2.0","id":1.5,"result":null})");
}

TEST_CASE("a result stands beside its id") {
  const std::vector<int> value{1, 2};
  CHECK(written([&](base::buffer& out, format as) {
          write_result(out, as, seven, &describe<std::vector<int>>(), &value);
        }) == R"({"jsonrpc":"2.0","id":7,"result":[1,2]})");
  CHECK(written([&](base::buffer& out, format as) {
          write_result(out, as, {}, nullptr, nullptr);
        }) == R"({"jsonrpc":"2.0","id":null,"result":null})");
}

TEST_CASE("an error has code, message and data with kind and retryable") {
  CHECK(written([&](base::buffer& out, format as) {
          write_error(out, as, seven, error{error_kind::method_not_found, "no \"such\" method"});
        }) == R"({"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no \"such\" method",)"
              R"("data":{"kind":"method_not_found","retryable":false}}})");
}

TEST_CASE("an error's data says all that is known") {
  using namespace std::chrono_literals;
  CHECK(error_object(error{error_kind::invalid_params, "no"}.at("/a~1b/0")) ==
        R"({"error":{"code":-32602,"message":"no","data":{"kind":"invalid_params",)"
        R"("retryable":false,"pointer":"/a~1b/0"}}})");
  CHECK(error_object(error{error_kind::server_busy, "no"}.limit("maxX").retry_after(1500ms)) ==
        R"({"error":{"code":-32028,"message":"no","data":{"kind":"server_busy",)"
        R"("retryable":true,"limit":"maxX","retryAfterMs":1500}}})");
  CHECK(error_object(error::application(1001, "no").details(json{"{\"left\":[1,2]}"})) ==
        R"({"error":{"code":1001,"message":"no","data":{"kind":"application",)"
        R"("retryable":false,"details":{"left":[1,2]}}}})");
}

TEST_CASE("an error's details are transcoded where they came in the other format") {
  base::buffer out;
  write_outcome(out, format::json,
                error::application(1001, "no").details(json{packed("[1.5]"), format::msgpack}));
  CHECK(out.view().find(R"("details":[1.5])") != std::string_view::npos);
}

TEST_CASE("gathered items stand beside the result") {
  const int result = 3;
  const auto answer = [&](base::buffer& out, format as, std::string_view items, std::size_t count) {
    write_gathered_result(out, as, seven, items, count, &describe<int>(), &result);
  };
  base::buffer text;
  answer(text, format::json, "1,2", 2);
  CHECK(text.view() == R"({"jsonrpc":"2.0","id":7,"result":{"items":[1,2],"result":3}})");
  base::buffer bytes;
  answer(bytes, format::msgpack, "\x01\x02", 2);
  CHECK(unpacked(bytes.view()) == text.view());
  base::buffer none;
  answer(none, format::json, "", 0);
  CHECK(none.view() == R"({"jsonrpc":"2.0","id":7,"result":{"items":[],"result":3}})");
}

TEST_CASE("an outcome is a result or an error by itself") {
  const int value = 5;
  CHECK(written([&](base::buffer& out, format as) {
          write_outcome(out, as, &describe<int>(), &value);
        }) == R"({"result":5})");
}

TEST_CASE("a notification has no id, and no params where it has none") {
  const std::vector<int> params{1};
  CHECK(written([&](base::buffer& out, format as) {
          write_notification(out, as, "a.b", &describe<std::vector<int>>(), &params);
        }) == R"({"jsonrpc":"2.0","method":"a.b","params":[1]})");
  CHECK(written([&](base::buffer& out, format as) {
          write_notification(out, as, "a.b", json_view{});
        }) == R"({"jsonrpc":"2.0","method":"a.b"})");
  CHECK(written([&](base::buffer& out, format as) {
          write_notification(out, as, "a.b", json_view{"\xc0", format::msgpack});
        }) == R"({"jsonrpc":"2.0","method":"a.b"})");
  CHECK(written([&](base::buffer& out, format as) {
          write_notification(out, as, "a.b", json_view{"{\"x\":1}", format::json});
        }) == R"({"jsonrpc":"2.0","method":"a.b","params":{"x":1}})");
}

TEST_CASE("progress names its token, the request's id") {
  const int value = 5;
  const id_view token{.kind = id_kind::string, .text = "t\""};
  CHECK(written([&](base::buffer& out, format as) {
          write_progress(out, as, token, describe<int>(), &value);
        }) == R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":"t\"","value":5}})");
}

TEST_CASE("a request has an id, a method and params") {
  CHECK(written([&](base::buffer& out, format as) {
          write_request(out, as, seven, "a", json_view{"[1]", format::json});
        }) == R"({"jsonrpc":"2.0","id":7,"method":"a","params":[1]})");
}

TEST_CASE("a batch stands in brackets, with separators between its messages") {
  CHECK(written([&](base::buffer& out, format as) {
          write_batch_begin(out, as, 2);
          write_outcome(out, as, nullptr, nullptr);
          write_separator(out, as);
          write_outcome(out, as, nullptr, nullptr);
          write_batch_end(out, as);
        }) == R"([{"result":null},{"result":null}])");
}

}  // namespace
}  // namespace sidewire::codec::test
