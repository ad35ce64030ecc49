#include "negotiate/negotiate.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "negotiate/exchange.hpp"

namespace sidewire::negotiate::test {
namespace {

/// A selection as a text: names in order, "+m" where MessagePack may be used, then the compression.
std::string text_of(const std::vector<choice>& ranked) {
  std::string text;
  for (const choice& one : ranked) {
    if (!text.empty()) text += ' ';
    text += name_of(one.name);
    if (one.has_msgpack) text += "+m";
    if (!one.compression.empty()) text.append(":").append(one.compression);
  }
  return text;
}

struct row {
  std::string_view name;
  std::string_view offer;  ///< as on the wire
  std::vector<transport> order = policy{}.order;
  request_facts facts = {};
  std::string_view expected;
};

constexpr request_facts old_hop{.has_http_1_0_hop = true};
constexpr request_facts compressing{.compresses_messages = true, .compresses_bodies = true};
const std::vector<transport> polls_first{transport::poll, transport::websocket};

const std::vector<row> table{
    {.name = "nothing said: all, the best first",
     .offer = "",
     .expected = "websocket+m sse+m poll+m post+m"},
    {.name = "an empty offer is one that says nothing",
     .offer = "{}",
     .expected = "websocket+m sse+m poll+m post+m"},
    {.name = "transports that the client lacks are left out, in the server's order all the same",
     .offer = R"({"transports":["poll","sse"]})",
     .expected = "sse+m poll+m"},
    {.name = "a transport that nobody knows is passed over",
     .offer = R"({"transports":["webtransport","post"]})",
     .expected = "post+m"},
    {.name = "nothing in common",
     .offer = R"({"transports":["sse"]})",
     .order = polls_first,
     .expected = ""},
    {.name = "the server's order counts",
     .offer = "{}",
     .order = polls_first,
     .expected = "poll+m websocket+m"},
    {.name = "what failed comes last",
     .offer = R"({"failed":[{"transport":"websocket","reason":"upgrade answered with 400"}]})",
     .expected = "sse+m poll+m post+m websocket+m"},
    {.name = "where all failed the order is the server's again",
     .offer = R"({"transports":["websocket","sse"],
                  "failed":[{"transport":"sse"},{"transport":"websocket"}]})",
     .expected = "websocket+m sse+m"},
    {.name = "through HTTP/1.0 nothing that streams is tried first",
     .offer = "{}",
     .facts = old_hop,
     .expected = "poll+m post+m websocket+m sse+m"},
    {.name = "what failed comes after what cannot work well",
     .offer = R"({"failed":[{"transport":"poll"}]})",
     .facts = old_hop,
     .expected = "post+m websocket+m sse+m poll+m"},
    {.name = "MessagePack is for whoever reads it",
     .offer = R"({"formats":["json"],"transports":["websocket"]})",
     .expected = "websocket"},
    {.name = "formats that nobody knows are passed over",
     .offer = R"({"formats":["cbor","msgpack"],"transports":["websocket"]})",
     .expected = "websocket+m"},
    {.name = "compression where it is worth it, but never of event streams",
     .offer = R"({"formats":[]})",
     .facts = compressing,
     .expected = "websocket:permessage-deflate sse poll:gzip post:gzip"},
    {.name = "compression that the client lacks",
     .offer = R"({"formats":[],"compression":["gzip"]})",
     .facts = compressing,
     .expected = "websocket sse poll:gzip post:gzip"},
    {.name = "no compression at all",
     .offer = R"({"formats":[],"compression":[]})",
     .facts = compressing,
     .expected = "websocket sse poll post"},
};

TEST_CASE("the selection follows from offer, policy and facts alone") {
  for (const row& one : table) {
    CAPTURE(one.name);
    const auto offered = read_offer(one.offer);
    REQUIRE(offered);
    CHECK(text_of(negotiate(*offered, {.order = one.order}, one.facts)) == one.expected);
  }
}

TEST_CASE("an offer that cannot be read says where") {
  CHECK_FALSE(read_offer("{"));
  CHECK_FALSE(read_offer("[]"));
  const auto refused = read_offer(R"({"transports":"websocket"})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == error_kind::invalid_params);
}

TEST_CASE("a Via header names hops of HTTP/1.0") {
  CHECK(names_http_1_0("1.0 fred"));
  CHECK(names_http_1_0("1.1 vegur, HTTP/1.0 old.example (squid)"));
  CHECK(names_http_1_0("1.1 a,1.0 b"));
  CHECK_FALSE(names_http_1_0(""));
  CHECK_FALSE(names_http_1_0("1.1 1.0"));
  CHECK_FALSE(names_http_1_0("2 proxy, 1.1 other"));
}

TEST_CASE("the answer names the best first, and nothing where nothing is shared") {
  const std::string answer = write_answer({{.name = transport::poll, .compression = "gzip"}},
                                          "an-instance", base::limits{});
  CHECK(answer ==
        R"({"protocol":"sidewire/1","instance":"an-instance","transport":"poll",)"
        R"("transports":[{"name":"poll","path":"/rpc","formats":["json"],"compression":["gzip"]}],)"
        R"("binaryThreshold":1048576,"heartbeatMs":15000,"resumeWindowMs":60000,)"
        R"("limits":{"maxMessageBytes":16777216,"maxBatch":100}})");
  CHECK(write_answer({}, "x", base::limits{}).find("\"transport\":") == std::string::npos);
}

}  // namespace
}  // namespace sidewire::negotiate::test
