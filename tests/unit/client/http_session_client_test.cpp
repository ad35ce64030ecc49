#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <sidewire/client.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/version.hpp"
#include "scripted_http_peer.hpp"

using namespace std::chrono_literals;
using sidewire::client_options;
using sidewire::client_transport;
using sidewire::error_kind;
using sidewire::rpc_client;
using sidewire::test::http_exchange;
using sidewire::test::http_peer;
using sidewire::test::scripted_http_peer;

namespace {

const std::string started =
    R"({"jsonrpc":"2.0","method":"session.started","params":{"session":"i.0.1","resumeToken":"T",)"
    R"("instance":"i","version":"1","resumeWindowMs":60000,"resumeBufferBytes":1000000,)"
    R"("heartbeatMs":15000,"limits":{"maxMessageBytes":100000,"maxBatch":9}}})";
const std::string ping = R"({"jsonrpc":"2.0","method":"session.ping"})";
const std::string pong = R"({"jsonrpc":"2.0","method":"session.pong"})";
const std::string call = R"({"jsonrpc":"2.0","id":1,"method":"a"})";
const std::string answer = R"({"jsonrpc":"2.0","id":1,"result":2})";
const std::string end = R"({"jsonrpc":"2.0","method":"session.end"})";

std::string resumed(int received, int from) {
  return R"({"jsonrpc":"2.0","method":"session.resumed","params":{"recovered":true,"received":)" +
         std::to_string(received) + R"(,"from":)" + std::to_string(from) + "}}";
}

std::string event(const std::string& data, int number = 0) {
  return (number == 0 ? "" : "id: " + std::to_string(number) + '\n') + "data: " + data + "\n\n";
}

std::string envelope(int first, const std::string& messages, int received) {
  return (first == 0 ? "{" : R"({"first":)" + std::to_string(first) + ',') + R"("messages":[)" +
         messages + R"(],"received":)" + std::to_string(received) + '}';
}

void expect_header(http_exchange& request, std::string_view name, std::string_view value) {
  const std::string came = request.header(name);
  if (came != value) throw std::runtime_error{std::string{name} + " is " + came};
}

std::string received(int count) {
  return R"({"received":)" + std::to_string(count) + '}';
}

/// The next POST must hold this, and is answered. When a session acknowledges is its own affair:
/// that is passed over.
void take(http_peer& client, const std::string& body, int count) {
  auto post = client.next("POST /rpc");
  while (post->body().starts_with(R"({"received")")) {
    post->answer(202, received(0));
    post = client.next("POST /rpc");
  }
  expect_header(*post, "Sidewire-Session", "T");
  post->expect(body);
  post->answer(202, received(count));
}

/// An event stream that has begun, and shown that it brings what is sent.
std::unique_ptr<http_exchange> begin_stream(http_peer& client, const std::string& first,
                                            int counted = 0, int has = 0) {
  auto stream = client.next("GET /rpc");
  expect_header(*stream, "Accept", "text/event-stream");
  stream->begin_events();
  stream->send(event(first));
  take(client, envelope(0, ping, has), counted);
  stream->send(event(pong));
  return stream;
}

std::unique_ptr<rpc_client> connected(const scripted_http_peer& peer, client_transport transport,
                                      client_options options = {}) {
  options.url = peer.url();
  options.transport = transport;
  options.limits.min_reconnect_delay = 1ms;
  options.limits.max_reconnect_delay = 2ms;
  auto client = rpc_client::connect(std::move(options));
  if (!client) FAIL(client.error().message());
  return std::move(*client);
}

}  // namespace

TEST_CASE("a session over an event stream asks with headers, calls by POST, and is ended") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = client.next("GET /rpc");
    expect_header(*stream, "Accept", "text/event-stream");
    expect_header(*stream, "Authorization", "Bearer secret");
    expect_header(*stream, "Sidewire-Client",
                  "sidewire-client/" + std::string{sidewire::base::version});
    expect_header(*stream, "Sidewire-Session", "");
    expect_header(*stream, "Sidewire-Formats", "");
    stream->begin_events();
    stream->send(": padding\n\n" + event(started));
    take(client, envelope(0, ping, 0), 0);
    stream->send(event(pong));
    take(client, envelope(1, call, 0), 1);
    stream->send(event(answer, 1));
    take(client, envelope(0, end, 1), 1);
  }};
  auto client = connected(peer, client_transport::sse, {.url = {}, .token = "secret"});
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a POST without an answer goes again with the same number") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = begin_stream(client, started);
    auto lost = client.next("POST /rpc");
    lost->expect(envelope(1, call, 0));
    lost->drop();
    take(client, envelope(1, call, 0), 1);
    stream->send(event(answer, 1));
    take(client, envelope(0, end, 1), 1);
  }};
  auto client = connected(peer, client_transport::sse);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a POST that a proxy answers with an error goes again") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = begin_stream(client, started);
    client.next("POST /rpc")->answer(502, "<html>", "text/html");
    take(client, envelope(1, call, 0), 1);
    stream->send(event(answer, 1));
    take(client, envelope(0, end, 1), 1);
  }};
  auto client = connected(peer, client_transport::sse);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a gap is filled") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = begin_stream(client, started);
    auto refused = client.next("POST /rpc");
    refused->expect(envelope(1, call, 0));
    refused->answer(409, received(0));
    take(client, envelope(1, call, 0), 1);
    stream->send(event(answer, 1));
    take(client, envelope(0, end, 1), 1);
  }};
  auto client = connected(peer, client_transport::sse);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("an event stream that ends is followed by another, which resumes") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = begin_stream(client, started);
    take(client, envelope(1, call, 0), 1);
    stream->send(event(R"({"jsonrpc":"2.0","method":"news"})", 1));
    stream->drop();
    auto next = client.next("GET /rpc");
    expect_header(*next, "Sidewire-Session", "T");
    expect_header(*next, "Sidewire-Received", "1");
    next->begin_events();
    next->send(event(resumed(1, 2)));
    take(client, envelope(0, ping, 1), 1);
    next->send(event(answer, 2));
    take(client, envelope(0, end, 2), 1);
  }};
  auto client = connected(peer, client_transport::sse);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("MessagePack travels as base64 both ways") {
  scripted_http_peer peer{[](http_peer& client) {
    auto stream = client.next("GET /rpc");
    expect_header(*stream, "Sidewire-Formats", "msgpack");
    stream->begin_events();
    stream->send(event(started));
    take(client, envelope(0, R"("gqdqc29ucnBjozIuMKZtZXRob2Ssc2Vzc2lvbi5waW5n")", 0), 0);
    stream->send(event(pong));
    take(client, envelope(1, R"("g6dqc29ucnBjozIuMKJpZAGmbWV0aG9koWE=")", 0), 1);
    stream->send("event: msgpack\nid: 1\ndata: g6dqc29ucnBjozIuMKJpZAGmcmVzdWx0xAEA\n\n");
    take(client, envelope(0, R"("gqdqc29ucnBjozIuMKZtZXRob2Src2Vzc2lvbi5lbmQ=")", 1), 1);
  }};
  auto client =
      connected(peer, client_transport::sse, {.url = {}, .written_as = sidewire::format::msgpack});
  const auto got = client->call<sidewire::bytes>("a");
  REQUIRE(got);
  CHECK(got->data.size() == 1);
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a session over polls acknowledges with each of them") {
  scripted_http_peer peer{[](http_peer& client) {
    auto first = client.next("GET /rpc?poll=0");
    expect_header(*first, "Sidewire-Session", "");
    first->answer(200, R"({"messages":[)" + started + "]}");
    auto held = client.next("GET /rpc?poll=15");  // a heartbeat
    expect_header(*held, "Sidewire-Session", "T");
    expect_header(*held, "Sidewire-Received", "0");
    take(client, envelope(1, call, 0), 1);
    held->answer(200, envelope(1, answer, 1));
    auto last = client.next("GET /rpc?poll=15");
    expect_header(*last, "Sidewire-Received", "1");
    last->answer(200, envelope(2, R"({"jsonrpc":"2.0","method":"done"})", 1));
    const auto idle = client.next("GET /rpc?poll=15");
    take(client, envelope(0, end, 2), 1);
  }};
  client_options options;
  std::promise<void> done;
  options.on_notification = [&done](std::string_view, sidewire::json_view) { done.set_value(); };
  auto client = connected(peer, client_transport::poll, options);
  CHECK(client->call("a")->text() == "2");
  done.get_future().wait();
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("who is not let in is told so at once") {
  scripted_http_peer peer{[](http_peer& client) {
    client.next("GET /rpc")
        ->answer(401,
                 R"({"jsonrpc":"2.0","id":null,"error":{"code":-32021,"message":"no token"}})");
  }};
  const auto client = rpc_client::connect({.url = peer.url(), .transport = client_transport::sse});
  REQUIRE_FALSE(client);
  CHECK(client.error().kind() == error_kind::not_authenticated);
  CHECK(client.error().message() == "no token");
}

TEST_CASE("what is no event stream is told so") {
  scripted_http_peer peer{
      [](http_peer& client) { client.next("GET /rpc")->answer(200, "<html>", "text/html"); }};
  const auto client = rpc_client::connect({.url = peer.url(), .transport = client_transport::sse});
  REQUIRE_FALSE(client);
  CHECK(client.error().message().find("text/html") != std::string::npos);
}
