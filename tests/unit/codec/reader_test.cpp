#include "codec/reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {
namespace {

/// A message as one line: what it is, its method or problem, and its values as they came.
std::string summary(const incoming& element) {
  const auto text_of = [](std::string_view name, const std::optional<value>& member) {
    return member ? " " + std::string{name} + "=" + std::string{member->text} : std::string{};
  };
  switch (element.kind) {
    case incoming_kind::request:
      return "request " + std::string{element.method} + text_of("params", element.params);
    case incoming_kind::notification:
      return "notification " + std::string{element.method} + text_of("params", element.params);
    case incoming_kind::response:
      return "response" + text_of("result", element.result) + text_of("error", element.failure);
    case incoming_kind::invalid:
      return "invalid: " + std::string{element.problem};
  }
  return {};
}

std::vector<std::string> summaries(std::string_view text, format written_as = format::json) {
  const base::buffer bytes = padded(text);
  reader reading{256};
  REQUIRE(reading.read(bytes.view(), written_as));
  std::vector<std::string> all;
  reading.each([&](const incoming& element) { all.push_back(summary(element)); });
  CHECK(all.size() == reading.size());
  return all;
}

std::string only(std::string_view text) {
  const auto all = summaries(text);
  REQUIRE(all.size() == 1);
  return all[0];
}

TEST_CASE(
    "a message is a request with an id, a notification without, a response without a method") {
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","id":1})") == "request a");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","id":null})") == "request a");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a"})") == "notification a");
  CHECK(only(R"({"jsonrpc":"2.0","result":null,"id":1})") == "response result=null");
  CHECK(only(R"({"jsonrpc":"2.0","error":{"code":1},"id":null})") == "response error={\"code\":1}");
}

TEST_CASE("what is valid JSON but no JSON-RPC 2.0 message is invalid, and says what was expected") {
  const std::string version = "invalid: expected the member jsonrpc to be \"2.0\"";
  CHECK(only(R"({"method":"a","id":1})") == version);
  CHECK(only(R"({"jsonrpc":2.0,"method":"a","id":1})") == version);
  CHECK(only(R"({"jsonrpc":"1.0","method":"a","id":1})") == version);
  CHECK(only("{}") == version);
  CHECK(only("1") == "invalid: expected an object");
  CHECK(only(R"({"jsonrpc":"2.0","method":1,"id":1})") ==
        "invalid: expected method to be a string");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","params":"b"})") ==
        "invalid: expected params to be an object or an array");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","params":null})") ==
        "invalid: expected params to be an object or an array");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","id":true})") ==
        "invalid: expected id to be a string, a number or null");
  CHECK(only(R"({"jsonrpc":"2.0","method":"a","id":[1]})") ==
        "invalid: expected id to be a string, a number or null");
  const std::string response =
      "invalid: expected a method, or an id with either a result or an error";
  CHECK(only(R"({"jsonrpc":"2.0","id":1})") == response);
  CHECK(only(R"({"jsonrpc":"2.0","result":1})") == response);
  CHECK(only(R"({"jsonrpc":"2.0","result":1,"error":{},"id":1})") == response);
}

TEST_CASE("an invalid message keeps its id where that is valid") {
  const auto id_kind_of = [](std::string_view text) {
    const base::buffer bytes = padded(text);
    reader reading{256};
    REQUIRE(reading.read(bytes.view(), format::json));
    protocol::id_view id;
    reading.each([&](const incoming& element) { id = element.id; });
    return id.kind;
  };
  CHECK(id_kind_of(R"({"id":7})") == protocol::id_kind::unsigned_integer);
  CHECK(id_kind_of(R"({"id":{}})") == protocol::id_kind::null);
  CHECK(id_kind_of(R"({"id":7,"id":{}})") == protocol::id_kind::null);
}

TEST_CASE("of two equal member names the last counts, whatever the first was") {
  CHECK(only(R"({"jsonrpc":"1","method":5,"id":[],"params":1,)"
             R"("jsonrpc":"2.0","method":"b","id":2,"params":[3]})") == "request b params=[3]");
  CHECK(only(R"({"jsonrpc":"2.0","method":"b","id":2,"params":[],"params":7})") ==
        "invalid: expected params to be an object or an array");
  CHECK(only(R"({"jsonrpc":"2.0","method":"b","id":2,"method":7})") ==
        "invalid: expected method to be a string");
}

TEST_CASE("member names may be written with escapes") {
  CHECK(
      only(R"({"jsonr\u0070c":"2\u002e0","\u006dethod":"\u0061","\u0069d":1,"p\u0061rams":[1]})") ==
      "request a params=[1]");
  CHECK(
      only(R"({"jsonrpc":"2.0","method\\":1,"method":"a\"\\","\"":"}","params":{"\\\"":"\\"}})") ==
      R"(notification a"\ params={"\\\"":"\\"})");
}

TEST_CASE("params are kept as they came, white space within included and around left out") {
  CHECK(only(" \t{ \"jsonrpc\" : \"2.0\" , \"method\":\"a\",\"params\" :\n { \"x\" : [ 1 , 2 ] } "
             "\r\n} \n") == "notification a params={ \"x\" : [ 1 , 2 ] }");
  CHECK(
      only("{\"params\" : [ 1.50, -0, 1E2, \"\\u0041\" ] ,\"method\":\"a\",\"jsonrpc\":\"2.0\"}") ==
      "notification a params=[ 1.50, -0, 1E2, \"\\u0041\" ]");
  CHECK(only("{\"jsonrpc\":\"2.0\",\"params\":{\"text\":\"]}\\\"[{\"},\"method\":\"a\"}") ==
        "notification a params={\"text\":\"]}\\\"[{\"}");
}

TEST_CASE("params are found behind and between strings, whatever escapes those hold") {
  for (const std::string text :
       {R"("")", R"("a")", R"("\"")", R"("\\")", R"("\\\"")", R"("\"\\")", R"("a\"")",
        R"("\"a\"b")", R"("\u0022")", R"("\u005c")", R"("\ud83d\ude00")", R"("\\\\")", R"("\"\"")",
        "\"\u00e4\"", R"("],}")"}) {
    CAPTURE(text);
    const std::string params = "[" + text + ", {" + text + " : " + text + "}," + text + "]";
    const std::string call =
        R"({"jsonrpc":"2.0",)" + text + " : " + text + R"( ,"method":"a","params":)" + params;
    CHECK(only(call + "}") == "notification a params=" + params);
    CHECK(only(call + R"(,"id":)" + text + "}") == "request a params=" + params);
  }
}

TEST_CASE("the elements of a batch come in order, each judged by itself") {
  const auto all = summaries(
      R"([ {"jsonrpc":"2.0","method":"a","params":[1],"id":1} , 1, [] ,{"jsonrpc":"2.0","method":"b"}])");
  CHECK(all == std::vector<std::string>{"request a params=[1]", "invalid: expected an object",
                                        "invalid: expected an object", "notification b"});
  CHECK(summaries("[]").empty());
}

TEST_CASE("a MessagePack message is read like its JSON") {
  const auto all =
      summaries(packed(R"([{"jsonrpc":"2.0","method":"a","params":{"x":[1,{}]},"id":"i"},5])"),
                format::msgpack);
  REQUIRE(all.size() == 2);
  CHECK(all[0] == "request a params=" + packed(R"({"x":[1,{}]})"));
  CHECK(all[1] == "invalid: expected an object");
}

TEST_CASE("a reader reads one message after the other, good ones after bad ones too") {
  reader reading{256};
  const base::buffer good = padded(R"({"jsonrpc":"2.0","method":"a","id":1})");
  const base::buffer bad = padded("{");
  const base::buffer good_pack = padded(packed(good.view()));
  const base::buffer bad_pack = padded("\xc1");
  for (int round = 0; round < 3; ++round) {
    CHECK(reading.read(good.view(), format::json));
    CHECK(reading.size() == 1);
    CHECK_FALSE(reading.read(bad.view(), format::json));
    CHECK(reading.size() == 0);
    CHECK(reading.read(good_pack.view(), format::msgpack));
    CHECK_FALSE(reading.is_batch());
    CHECK_FALSE(reading.read(bad_pack.view(), format::msgpack));
    CHECK(reading.size() == 0);
  }
}

TEST_CASE("a reader that has given its memory back reads on") {
  reader reading{256};
  const base::buffer large = padded("[\"" + std::string(2'000'000, 'x') + "\"]");
  const base::buffer large_pack = padded(packed(large.view()));
  for (int round = 0; round < 2; ++round) {
    REQUIRE(reading.read(large.view(), format::json));
    CHECK(reading.root().text.size() == large.size());
    reading.release_if_large(large.size());
    REQUIRE(reading.read(large_pack.view(), format::msgpack));
    CHECK(reading.root().text.size() == large_pack.size());
    reading.release_if_large(large_pack.size());
  }
}

TEST_CASE(
    "texts that are no JSON are parse errors: trailing bytes, bad UTF-8, unspeakable numbers") {
  for (const std::string_view text : {"",
                                      " ",
                                      "{}{}",
                                      "[1] x",
                                      "\"\xff\"",
                                      "\"\xc3\"",
                                      "{\"\xed\xa0\x80\":1}",
                                      "1e400",
                                      "-1e400",
                                      "18446744073709551616",
                                      "-9223372036854775809",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\\udc00\\ud800\"",
                                      "{\"\\udfff\":1}",
                                      "\"\\ud83d\\ud83d\"",
                                      "nul",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "'a'",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "\"\t\"",
                                      "NaN",
                                      "\xef\xbb\xbf{}"}) {
    CAPTURE(text);
    CHECK(verdict(text, format::json) == "parse_error");
  }
}

TEST_CASE("the edges of what JSON numbers may say are accepted") {
  for (const std::string_view text : {"18446744073709551615", "-9223372036854775808", "1e-400",
                                      "1.7976931348623157e308", "-0", "5e-324", "1E+2"}) {
    CAPTURE(text);
    CHECK(verdict(text, format::json) == "accepted");
  }
}

TEST_CASE("what MessagePack can say and JSON cannot is a parse error") {
  for (const std::string_view hex :
       {"81-01-01",                    // a number as a key
        "81-c0-01",                    // null as a key
        "81-c4-01-61-01",              // bytes as a key
        "81-90-01",                    // an array as a key
        "81-80-01",                    // a map as a key
        "81-c3-01",                    // true as a key
        "ca-7f-c0-00-00",              // NaN
        "ca-7f-80-00-00",              // infinity
        "cb-ff-f0-00-00-00-00-00-00",  // minus infinity
        "a1-ff",                       // a string that is no UTF-8
        "81-a1-ff-01",                 // likewise as a key
        "d9-03-ed-a0-80",              // a surrogate
        "c1",                          // never used
        "91-c1",
        "d4-01-00",        // fixext 1
        "c7-00-01",        // ext 8
        "c0-c0",           // bytes left over
        "dd-ff-ff-ff-ff",  // four thousand million elements, none of them there
        "df-ff-ff-ff-ff",
        "db-ff-ff-ff-ff",
        "c6-ff-ff-ff-ff-00"}) {
    CAPTURE(hex);
    CHECK(verdict(from_hex(hex), format::msgpack) == "parse_error");
  }
  CHECK(verdict("", format::msgpack) == "parse_error");
}

TEST_CASE("an id is found in a member of an object, the last one of that name") {
  const auto id_in = [](std::string_view text) {
    const base::buffer bytes = padded(text);
    reader reading{256};
    REQUIRE(reading.read(bytes.view(), format::json));
    const auto id = read_id_member(reading.root(), "id");
    return id ? std::string{id->text} : "none";
  };
  CHECK(id_in(R"({"id":"a"})") == "a");
  CHECK(id_in(R"({"id":"a","\u0069d":1.50})") == "1.50");
  CHECK(id_in(R"({"id":"a","id":{}})") == "none");
  CHECK(id_in(R"({"no":"a"})") == "none");
  CHECK(id_in(R"(["id"])") == "none");
}

}  // namespace
}  // namespace sidewire::codec::test
