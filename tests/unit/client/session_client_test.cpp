#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <sidewire/client.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.hpp"
#include "scripted_peer.hpp"

using namespace std::chrono_literals;
using sidewire::client_options;
using sidewire::connection_state;
using sidewire::error;
using sidewire::error_kind;
using sidewire::format;
using sidewire::json;
using sidewire::json_view;
using sidewire::rpc_client;
using sidewire::topic_event;
using sidewire::test::peer_choice;
using sidewire::test::peer_connection;
using sidewire::test::scripted_peer;

namespace {

const std::string fresh = R"("session":"i.0.1","resumeToken":"T","instance":"i","version":"1",)"
                          R"("resumeWindowMs":60000,"resumeBufferBytes":1000000,)"
                          R"("heartbeatMs":15000,"limits":{"maxMessageBytes":100000,"maxBatch":9})";

std::string opening(const std::string& more = {}) {
  return R"({"jsonrpc":"2.0","method":"session.open","params":{"formats":["json"],)"
         R"("client":{"name":"sidewire-client","version":")" +
         std::string{sidewire::base::version} + "\"}" + more + "}}";
}

void start(peer_connection& client, const std::string& more = {}) {
  client.expect(opening(more));
  client.send(R"({"jsonrpc":"2.0","method":"session.started","params":{)" + fresh + "}}");
}

void resume(peer_connection& client, int has, int received) {
  client.expect(opening(R"(,"resumeToken":"T","received":)" + std::to_string(has)));
  client.send(R"({"jsonrpc":"2.0","method":"session.resumed","params":{"recovered":true,)"
              R"("received":)" +
              std::to_string(received) + R"(,"from":)" + std::to_string(has + 1) + "}}");
}

void start_afresh(peer_connection& client, int has, const std::string& more = {}) {
  client.expect(opening(more + R"(,"resumeToken":"T","received":)" + std::to_string(has)));
  client.send(R"({"jsonrpc":"2.0","method":"session.resumed","params":{"recovered":false,)"
              R"("reason":"restarted",)" +
              fresh + "}}");
}

void expect_end(peer_connection& client) {
  client.expect(R"({"jsonrpc":"2.0","method":"session.end"})");
  client.expect_close();
}

std::string publication(int offset, const std::string& content, const std::string& more = {}) {
  return R"({"jsonrpc":"2.0","method":"news.update","params":{)" + content +
         R"(,"_meta":{"topic":"news","offset":)" + std::to_string(offset) + more + "}}}";
}

/// What the connection went through, one word a state.
class states {
 public:
  void watch(client_options& options) {
    options.on_state = [this](connection_state state, const error* reason) {
      constexpr std::string_view names[] = {"connecting", "open", "reconnecting", "closed"};
      const std::lock_guard lock{mutex_};
      text_.append(text_.empty() ? "" : " ").append(names[static_cast<std::size_t>(state)]);
      if (state == connection_state::open && reason != nullptr) text_ += "!";
    };
  }
  std::string text() {
    const std::lock_guard lock{mutex_};
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;  // guarded by mutex_
};

std::unique_ptr<rpc_client> connected(const scripted_peer& peer, client_options options = {}) {
  options.url = peer.url();
  options.transport = sidewire::client_transport::websocket;
  options.limits.min_reconnect_delay = 1ms;
  options.limits.max_reconnect_delay = 2ms;
  auto client = rpc_client::connect(std::move(options));
  if (!client) FAIL(client.error().message());
  return std::move(*client);
}

json text(std::string written) {
  return json{std::move(written)};
}

}  // namespace

TEST_CASE("a client opens a session, and ends it when it goes") {
  scripted_peer peer{[](peer_connection& client) {
    if (client.header("Sec-WebSocket-Protocol") != "sidewire.1.json, jsonrpc") {
      throw std::runtime_error{"protocol"};
    }
    start(client);
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":2})");
    expect_end(client);
  }};
  states seen;
  client_options options;
  seen.watch(options);
  auto client = connected(peer, options);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
  CHECK(seen.text() == "connecting open closed");
}

TEST_CASE("a server without sessions is talked to plainly") {
  const auto plain = [](peer_connection& client) {
    client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
    client.send(R"({"jsonrpc":"2.0","id":1,"result":2})");
    client.expect_close();
  };
  scripted_peer peer{{[](peer_connection&) {}, plain}, peer_choice::jsonrpc};
  auto client = connected(peer);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a call survives a broken connection, written or not") {
  scripted_peer peer{{[](peer_connection& client) {
                        start(client);
                        client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
                        client.drop();
                      },
                      [](peer_connection& client) { client.drop(); },
                      [](peer_connection& client) {
                        resume(client, 0, 0);
                        client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
                        client.send(R"({"jsonrpc":"2.0","id":1,"result":2})");
                        expect_end(client);
                      }}};
  states seen;
  client_options options;
  seen.watch(options);
  auto client = connected(peer, options);
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
  CHECK(seen.text() == "connecting open reconnecting open closed");
}

TEST_CASE("a newest connection that was replaced asks again at once") {
  scripted_peer peer{{[](peer_connection& client) {
                        start(client);
                        client.send(R"({"jsonrpc":"2.0","method":"go"})");
                        client.close(4009, "");
                      },
                      [](peer_connection& client) {
                        resume(client, 1, 0);
                        expect_end(client);
                      }}};
  states seen;
  client_options options;
  seen.watch(options);
  options.limits.min_reconnect_delay = 1h;  // it would wait for ever
  options.limits.max_reconnect_delay = 1h;
  options.url = peer.url();
  options.transport = sidewire::client_transport::websocket;
  std::promise<void> went;
  auto told = options.on_state;
  options.on_state = [told, &went, count = 0](connection_state state, const error* why) mutable {
    told(state, why);
    if (state == connection_state::open && ++count == 2) went.set_value();
  };
  auto client = rpc_client::connect(std::move(options));
  REQUIRE(client);
  went.get_future().wait();
  client->reset();
  CHECK(peer.finish() == "");
  CHECK(seen.text() == "connecting open reconnecting open closed");
}

TEST_CASE("a close code of 4500 and above is the end, with what it means") {
  scripted_peer peer{{[](peer_connection& client) {
                        start(client);
                        client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
                        client.close(1013, "later");
                      },
                      [](peer_connection& client) {
                        client.expect(opening(R"(,"resumeToken":"T","received":0)"));
                        client.close(4500, "not any more");
                      }}};
  states seen;
  client_options options;
  seen.watch(options);
  auto client = connected(peer, options);
  CHECK(client->call("a").error().kind() == error_kind::not_authenticated);
  CHECK(client->call("a").error().kind() == error_kind::not_authenticated);
  CHECK(seen.text() == "connecting open reconnecting closed");
}

TEST_CASE("a first connection that is refused is not tried again") {
  scripted_peer peer{[](peer_connection& client) {
    client.expect(opening());
    client.close(4500, "the token is wrong");
  }};
  const auto client =
      rpc_client::connect({.url = peer.url(), .transport = sidewire::client_transport::websocket});
  REQUIRE_FALSE(client);
  CHECK(client.error().kind() == error_kind::not_authenticated);
}

TEST_CASE("a lost session leaves calls unknown, but repeats those that have a key") {
  scripted_peer peer{{[](peer_connection& client) {
                        start(client);
                        client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
                        client.expect(R"({"jsonrpc":"2.0","id":2,"method":"b",)"
                                      R"("params":{"x":1,"_meta":{"idempotencyKey":"k"}}})");
                        client.drop();
                      },
                      [](peer_connection& client) {
                        start_afresh(client, 0);
                        client.expect(R"({"jsonrpc":"2.0","id":2,"method":"b",)"
                                      R"("params":{"x":1,"_meta":{"idempotencyKey":"k"}}})");
                        client.send(R"({"jsonrpc":"2.0","id":2,"result":3})");
                        expect_end(client);
                      }}};
  states seen;
  client_options options;
  seen.watch(options);
  auto client = connected(peer, options);
  std::promise<sidewire::result<json>> unknown;
  client->async_call("a", {}, {}, [&unknown](auto outcome) { unknown.set_value(outcome); });
  sidewire::call_options keyed;
  keyed.idempotency_key = "k";
  CHECK(client->call("b", text(R"({"x":1})"), keyed)->text() == "3");
  CHECK(unknown.get_future().get().error().kind() == error_kind::outcome_unknown);
  client.reset();
  CHECK(peer.finish() == "");
  CHECK(seen.text() == "connecting open reconnecting open! closed");
}

TEST_CASE("a key needs params that can hold it") {
  scripted_peer peer{[](peer_connection& client) {
    start(client);
    expect_end(client);
  }};
  auto client = connected(peer);
  sidewire::call_options keyed;
  keyed.idempotency_key = "k";
  for (const char* params : {"[1]", R"({"_meta":{}})"}) {
    CHECK(client->call("b", text(params), keyed).error().kind() == error_kind::invalid_params);
  }
}

TEST_CASE("the server's requests are answered by their handlers") {
  scripted_peer peer{[](peer_connection& client) {
    start(client, R"(,"requests":true)");
    client.send(R"({"jsonrpc":"2.0","id":7,"method":"double","params":{"x":2}})");
    client.expect(R"({"jsonrpc":"2.0","id":7,"result":{"x":2}})");
    client.send(R"({"jsonrpc":"2.0","id":"s","method":"forget"})");
    client.expect(R"({"jsonrpc":"2.0","id":"s","error":{"code":-32603,)"
                  R"("message":"the client gave no answer",)"
                  R"("data":{"kind":"internal_error","retryable":false}}})");
    client.send(R"({"jsonrpc":"2.0","id":8,"method":"none"})");
    client.expect(R"({"jsonrpc":"2.0","id":8,"error":{"code":-32601,)"
                  R"("message":"this client has no such method",)"
                  R"("data":{"kind":"method_not_found","retryable":false}}})");
    client.send(R"({"jsonrpc":"2.0","method":"done"})");
    expect_end(client);
  }};
  client_options options;
  std::promise<void> done;
  options.on_notification = [&done](std::string_view, json_view) { done.set_value(); };
  options.handlers["double"] = [](json_view params, sidewire::request_reply reply) {
    reply(json{params});
  };
  options.handlers["forget"] = [](json_view, const sidewire::request_reply&) {};
  auto client = connected(peer, options);
  done.get_future().wait();
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("an answer to a session that was lost goes nowhere") {
  scripted_peer peer{{[](peer_connection& client) {
                        start(client, R"(,"requests":true)");
                        client.send(R"({"jsonrpc":"2.0","id":7,"method":"ask"})");
                        client.drop();
                      },
                      [](peer_connection& client) {
                        start_afresh(client, 1, R"(,"requests":true)");
                        client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
                        client.send(R"({"jsonrpc":"2.0","id":1,"result":2})");
                        expect_end(client);
                      }}};
  client_options options;
  std::optional<sidewire::request_reply> late;
  options.handlers["ask"] = [&late](json_view, sidewire::request_reply reply) {
    late.emplace(std::move(reply));
  };
  std::promise<void> again;
  options.on_state = [&again](connection_state state, const error* reason) {
    if (state == connection_state::open && reason != nullptr) again.set_value();
  };
  auto client = connected(peer, options);
  again.get_future().wait();
  (*late)(text("1"));
  CHECK(client->call("a")->text() == "2");
  client.reset();
  CHECK(peer.finish() == "");
}

TEST_CASE("a subscription hears of each publication once, across connections and sessions") {
  scripted_peer peer{
      {[](peer_connection& client) {
         start(client);
         client.expect(R"({"jsonrpc":"2.0","id":2,"method":"topic.subscribe",)"
                       R"("params":{"topic":"news","since":"first"}})");
         client.send(R"({"jsonrpc":"2.0","id":2,"result":{"topic":"news","epoch":"e","offset":3,)"
                     R"("recovered":true,"missed":0}})");
         client.send(publication(4, R"("n":4)"));
         client.drop();
       },
       [](peer_connection& client) {
         resume(client, 2, 1);
         client.send(publication(5, R"("n":5)"));
         client.drop();
       },
       [](peer_connection& client) {
         start_afresh(client, 3);
         client.expect(R"({"jsonrpc":"2.0","id":3,"method":"topic.subscribe",)"
                       R"("params":{"topic":"news","since":{"epoch":"e","offset":5}}})");
         client.send(R"({"jsonrpc":"2.0","id":3,"result":{"topic":"news","epoch":"e","offset":7,)"
                     R"("recovered":false,"missed":2}})");
         client.send(publication(7, R"("n":7)"));
         client.send(publication(8, R"("n":8)"));
         client.expect(R"({"jsonrpc":"2.0","id":4,"method":"topic.unsubscribe",)"
                       R"("params":{"topic":"news"}})");
         client.send(publication(9, R"("n":9)"));
         expect_end(client);
       }}};
  auto client = connected(peer);
  std::string heard;
  std::promise<void> all;
  sidewire::subscribe_options options;
  options.since = sidewire::topic_start::first;
  options.on_gap = [&heard](const sidewire::topic_gap& gap) {
    heard += std::to_string(*gap.missed) + " missed, ";
  };
  auto held = client->subscribe("news", options, [&](const topic_event& event) {
    heard.append(event.params.text()).append(" ");
    if (event.offset == 8) all.set_value();
  });
  REQUIRE(held);
  all.get_future().wait();
  held->end();
  client.reset();
  CHECK(peer.finish() == "");
  CHECK(heard == R"({"n":4} {"n":5} 2 missed, {"n":8} )");
}

TEST_CASE("a subscription that the server refuses is told why") {
  scripted_peer peer{[](peer_connection& client) {
    start(client);
    client.expect(R"({"jsonrpc":"2.0","id":2,"method":"topic.subscribe",)"
                  R"("params":{"topic":"none"}})");
    client.send(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32023,"message":"no such topic"}})");
    expect_end(client);
  }};
  auto client = connected(peer);
  const auto held = client->subscribe("none", {}, [](const topic_event&) {});
  REQUIRE_FALSE(held);
  CHECK(held.error().kind() == error_kind::not_found);
  client.reset();
  CHECK(peer.finish() == "");
}
