#include <doctest/doctest.h>

#include <boost/describe/class.hpp>
#include <future>
#include <memory>
#include <sidewire/client.hpp>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "scripted_peer.hpp"

using namespace std::chrono_literals;
using sidewire::batch_call;
using sidewire::call_options;
using sidewire::client_options;
using sidewire::error_kind;
using sidewire::format;
using sidewire::json;
using sidewire::json_view;
using sidewire::rpc_client;
using sidewire::test::peer_connection;
using sidewire::test::scripted_peer;

namespace {

struct point {
  int x = 0;
  int y = 0;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

json_view text(std::string_view written) {
  return {written, format::json};
}

std::unique_ptr<rpc_client> connected(const scripted_peer& peer, client_options options = {}) {
  options.url = peer.url();
  options.transport = sidewire::client_transport::plain;
  auto client = rpc_client::connect(std::move(options));
  if (!client) FAIL(client.error().message());
  return std::move(*client);
}

}  // namespace

TEST_CASE("a plain client asks for /rpc with its token and the subprotocol jsonrpc") {
  scripted_peer peer{[](peer_connection& client) {
    if (client.target() != "/rpc") throw std::runtime_error{client.target()};
    if (client.header("Authorization") != "Bearer secret") throw std::runtime_error{"token"};
    if (client.header("Sec-WebSocket-Protocol") != "jsonrpc") throw std::runtime_error{"protocol"};
    client.expect_close();
  }};
  connected(peer, {.url = {}, .token = "secret"}).reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a call gets its result as the server wrote it") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a.b","params":{"n":18446744073709551615}})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":{"n": 1.10}})");
    client.expect_close();
  }};
  auto client = connected(peer);
  const auto answer = client->call("a.b", text(R"({"n":18446744073709551615})"));
  REQUIRE(answer);
  CHECK(answer->text() == R"({"n": 1.10})");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a typed call encodes its params and decodes its result") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"mirror","params":{"x":1,"y":2}})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":{"x":2,"y":1}})");
    client.expect(R"({"jsonrpc":"2.0","id":2,"method":"mirror","params":{"x":0,"y":0}})");
    client.send(R"({"jsonrpc":"2.0","id":2,"result":{"x":"2","y":1}})");
  }};
  auto client = connected(peer);
  const auto answer = client->call<point>("mirror", point{1, 2});
  REQUIRE(answer);
  CHECK(answer->x == 2);
  CHECK(answer->y == 1);
  const auto misfit = client->call<point>("mirror", point{});
  REQUIRE_FALSE(misfit);
  CHECK(misfit.error().kind() == error_kind::parse_error);
  CHECK(misfit.error().pointer() == "/x");
}

TEST_CASE("a call in MessagePack goes as a binary frame and is answered in it") {
  scripted_peer peer{[](peer_connection& client) {
    using namespace std::string_view_literals;
    client.expect_binary(
        "\x83\xA7jsonrpc\xA3"
        "2.0\xA2id\x01\xA6method\xA4"
        "ping");
    client.send_binary(
        "\x83\xA7jsonrpc\xA3"
        "2.0\xA2id\x01\xA6result\xC4\x02\x00\xFF"sv);
  }};
  auto client = connected(peer, {.url = {}, .written_as = format::msgpack});
  const auto answer = client->call<sidewire::bytes>("ping");
  REQUIRE(answer);
  CHECK(answer->data == std::string{"\x00\xFF", 2});
}

TEST_CASE("an error keeps everything that the server told") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a","params":[1]})");
    client.send(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no",)"
                R"("data":{"kind":"invalid_params","retryable":false,"pointer":"/0"}}})");
    client.expect(R"({"jsonrpc":"2.0","id":2,"method":"a"})");
    client.send(R"({"jsonrpc":"2.0","id":2,"error":{"code":1234,"message":"own","data":[1]}})");
  }};
  auto client = connected(peer);
  const auto invalid = client->call("a", text("[1]"));
  REQUIRE_FALSE(invalid);
  CHECK(invalid.error().kind() == error_kind::invalid_params);
  CHECK(invalid.error().message() == "no");
  CHECK(invalid.error().pointer() == "/0");
  const auto own = client->call("a");
  CHECK(own.error().kind() == error_kind::application);
  CHECK(own.error().code() == 1234);
  CHECK(own.error().details()->text() == "[1]");
}

TEST_CASE("a batch's results stand in the order of its calls") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"([{"jsonrpc":"2.0","id":1,"method":"a"},)"
                  R"({"jsonrpc":"2.0","id":2,"method":"b","params":[2]}])");
    client.send(R"([{"jsonrpc":"2.0","id":2,"result":"b"},)"
                R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"none"}}])");
  }};
  auto client = connected(peer);
  const std::vector<batch_call> calls{{.method = "a"}, {.method = "b", .params = text("[2]")}};
  const auto answers = client->batch(calls);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].error().kind() == error_kind::method_not_found);
  CHECK(answers[1]->text() == R"("b")");
  CHECK(client->batch({}).empty());
}

TEST_CASE("progress comes in order and before the result") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"stream"})");
    client.send(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":"one"}})");
    client.send(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":9,"value":"not"}})");
    client.send(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":2}})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":null})");
  }};
  auto client = connected(peer);
  std::vector<std::string> seen;
  call_options options;
  options.on_progress = [&seen](json_view value) { seen.emplace_back(value.text()); };
  CHECK(client->call("stream", {}, options));
  CHECK(seen == std::vector<std::string>{R"("one")", "2"});
}

TEST_CASE("the server's notifications reach the handler, its requests are refused") {
  scripted_peer peer{[](peer_connection& client) {
    client.send(R"({"jsonrpc":"2.0","method":"news","params":{"a":1}})");
    client.send(R"({"jsonrpc":"2.0","id":"x","method":"ask"})");
    client.expect(R"({"jsonrpc":"2.0","id":"x","error":{"code":-32601,)"
                  R"("message":"this client has no such method",)"
                  R"("data":{"kind":"method_not_found","retryable":false}}})");
  }};
  std::promise<std::string> news;
  client_options options;
  options.on_notification = [&news](std::string_view method, json_view params) {
    news.set_value(std::string{method}.append(params.text()));
  };
  auto client = connected(peer, options);
  CHECK(news.get_future().get() == R"(news{"a":1})");
  CHECK(peer.finish() == "");
}

TEST_CASE("a notification is written without an id") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","method":"note","params":{"x":1,"y":2}})");
    client.expect(R"({"jsonrpc":"2.0","method":"note"})");
    client.expect_close();
  }};
  auto client = connected(peer);
  CHECK(client->notify("note", point{1, 2}));
  CHECK(client->notify("note"));
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a cancelled call is cancelled at the server, whose answer counts") {
  const auto stop = std::make_shared<std::stop_source>();
  scripted_peer peer{[stop](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"long"})");
    stop->request_stop();
    client.expect(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
    client.send(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800,"message":"cancelled"}})");
  }};
  auto client = connected(peer);
  const auto answer = client->call("long", {}, {.cancel = stop->get_token()});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind() == error_kind::request_cancelled);
  CHECK(answer.error().message() == "cancelled");
}

TEST_CASE("a call past its time fails and is cancelled at the server") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"long"})");
    client.expect(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
    client.send(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32800,"message":"late"}})");
    client.expect(R"({"jsonrpc":"2.0","id":2,"method":"next"})");
    client.send(R"({"jsonrpc":"2.0","id":2,"result":true})");
  }};
  auto client = connected(peer);
  const auto answer = client->call("long", {}, {.timeout = 1ms});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind() == error_kind::deadline_exceeded);
  CHECK(client->call("next")->text() == "true");
  CHECK(peer.finish() == "");
}

TEST_CASE("a call without an end waits for its answer") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"long"})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":true})");
  }};
  auto client = connected(peer);
  CHECK(client->call("long", {}, {.timeout = sidewire::no_timeout}).has_value());
}

TEST_CASE("a connection lost in a call leaves its outcome open and ends the client") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"pay"})");
    client.drop();
  }};
  std::promise<error_kind> closed;
  client_options options;
  options.on_state = [&closed](sidewire::connection_state state, const sidewire::error* why) {
    if (state == sidewire::connection_state::closed) closed.set_value(why->kind());
  };
  auto client = connected(peer, options);
  CHECK(client->call("pay").error().kind() == error_kind::outcome_unknown);
  CHECK(closed.get_future().get() == error_kind::unavailable);
  CHECK(client->call("pay").error().kind() == error_kind::unavailable);
  CHECK(client->notify("pay").error().kind() == error_kind::unavailable);
}

TEST_CASE("a refused token fails its call as not authenticated") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
    client.close(4500, "not authenticated");
  }};
  auto client = connected(peer);
  CHECK(client->call("a").error().kind() == error_kind::not_authenticated);
}

TEST_CASE("a refused handshake tells the server's own error") {
  const std::string body =
      R"({"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"Host evil is not allowed"}})";
  auto peer = scripted_peer::refusing(
      "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto client =
      rpc_client::connect({.url = peer->url(), .transport = sidewire::client_transport::websocket});
  REQUIRE_FALSE(client);
  CHECK(client.error().kind() == error_kind::forbidden);
  CHECK(client.error().message() == "Host evil is not allowed");
}

TEST_CASE("an answer of something that is no sidewire server is unavailable") {
  auto peer = scripted_peer::refusing("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
  const auto client =
      rpc_client::connect({.url = peer->url(), .transport = sidewire::client_transport::websocket});
  REQUIRE_FALSE(client);
  CHECK(client.error().kind() == error_kind::unavailable);
  CHECK(client.error().message().find("404") != std::string::npos);
}

TEST_CASE("where nobody listens nothing connects") {
  std::string url;
  {
    auto peer = scripted_peer::refusing("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    url = peer->url();
    CHECK_FALSE(rpc_client::connect({.url = url}));
  }
  const auto client = rpc_client::connect({.url = url});
  REQUIRE_FALSE(client);
  CHECK(client.error().kind() == error_kind::unavailable);
}

TEST_CASE("calls beyond the bounds fail at once, and room comes back") {
  std::promise<void> refused;
  scripted_peer peer{[&refused](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
    refused.get_future().wait();
    client.send(R"({"jsonrpc":"2.0","id":1,"result":1})");
    client.expect(R"({"jsonrpc":"2.0","id":4,"method":"b"})");
    client.send(R"({"jsonrpc":"2.0","id":4,"result":2})");
  }};
  client_options options;
  options.limits.max_calls_in_flight = 1;
  options.limits.max_unsent_bytes = 1000;
  auto client = connected(peer, options);
  std::promise<sidewire::result<json>> first;
  client->async_call("a", {}, {}, [&first](auto answer) { first.set_value(std::move(answer)); });
  CHECK(client->call("b").error().limit() == "maxCallsInFlight");
  refused.set_value();
  CHECK(first.get_future().get()->text() == "1");
  const std::string large = "[\"" + std::string(1000, 'x') + "\"]";
  CHECK(client->call("b", text(large)).error().limit() == "maxUnsentBytes");
  CHECK(client->call("b").has_value());
}

TEST_CASE("a handler that waits for its own client is told so") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":1})");
    client.expect_close();
  }};
  auto client = connected(peer);
  std::promise<bool> refused;
  client->async_call("a", {}, {}, [&](const auto&) {
    try {
      (void)client->call("b");
      refused.set_value(false);
    } catch (const std::logic_error&) {
      refused.set_value(true);
    }
  });
  CHECK(refused.get_future().get());
}

TEST_CASE("options that cannot work are refused before anything is connected") {
  CHECK(rpc_client::connect({.url = "ftp://x"}).error().kind() == error_kind::invalid_params);
  CHECK(rpc_client::connect({.url = "http://x", .token = "a\r\nb"}).error().kind() ==
        error_kind::invalid_params);
  CHECK(rpc_client::connect({.url = "https://x", .tls = {.fingerprint = "12"}}).error().kind() ==
        error_kind::invalid_params);
}
