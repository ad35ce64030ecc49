#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <sidewire/client.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cutting_proxy.hpp"
#include "served.hpp"

using namespace std::chrono_literals;
using sidewire::connection_state;
using sidewire::error;
using sidewire::error_kind;
using sidewire::json;
using sidewire::result;
using sidewire::rpc_client;
using sidewire::sidecar;
using sidewire::test::cut_points;
using sidewire::test::cutting_proxy;
using sidewire::test::served;

namespace {

/// A client behind a proxy, and why its session was lost.
class watched_client {
 public:
  explicit watched_client(const cutting_proxy& through) {
    sidewire::client_options options;
    options.url = through.url();
    options.token = served::token;
    options.call_timeout = sidewire::no_timeout;
    options.limits.min_reconnect_delay = 1ms;
    options.limits.max_reconnect_delay = 2ms;
    options.on_state = [this](connection_state state, const error* reason) {
      if (state == connection_state::open && reason != nullptr) lost_.set_value(reason->message());
      if (state == connection_state::reconnecting && !std::exchange(was_broken_, true)) {
        broken_.set_value();
      }
    };
    auto made = rpc_client::connect(std::move(options));
    if (!made) FAIL(made.error().message());
    client_ = std::move(*made);
  }

  rpc_client& operator*() { return *client_; }
  rpc_client* operator->() { return client_.get(); }
  /// The client knows that its connection is gone.
  void wait_for_break() { broken_.get_future().wait(); }
  std::string wait_for_loss() { return lost_.get_future().get(); }

  std::future<result<json>> call(const char* method, const std::string& key = {}) {
    const auto answered = std::make_shared<std::promise<result<json>>>();
    sidewire::call_options options;
    options.idempotency_key = key;
    client_->async_call(method, {}, options,
                        [answered](result<json> outcome) { answered->set_value(outcome); });
    return answered->get_future();
  }

 private:
  std::promise<std::string> lost_;
  std::promise<void> broken_;
  bool was_broken_ = false;  // the client's thread
  std::unique_ptr<rpc_client> client_;
};

cut_points uncut() {
  return {};
}

}  // namespace

TEST_CASE("after a restart of the server, calls are unknown and those with a key run there") {
  std::promise<void> first_runs;
  std::promise<void> second_runs;
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  served before{[&](sidecar& made) {
    made.methods().add("first", {.summary = "Waits.", .blocking = true}, [&] {
      first_runs.set_value();
      opened.wait();
      return 1;
    });
    made.methods().add("second", {.summary = "Waits.", .blocking = true}, [&] {
      second_runs.set_value();
      opened.wait();
      return 2;
    });
  }};
  served after{[](sidecar& made) {
    made.methods().add("first", {}, [] { return 3; });
    made.methods().add("second", {}, [] { return 4; });
  }};
  cutting_proxy proxy{before.port(), uncut};
  watched_client client{proxy};
  auto first = client.call("first");
  auto second = client.call("second", "key");
  first_runs.get_future().wait();
  second_runs.get_future().wait();
  proxy.block();
  client.wait_for_break();
  auto third = client.call("first");  // never written to the first server
  proxy.open(after.port());
  CHECK(client.wait_for_loss().find("restarted") != std::string::npos);
  CHECK(first.get().error().kind() == error_kind::outcome_unknown);
  CHECK(second.get()->text() == "4");
  CHECK(third.get()->text() == "3");
  gate.set_value();
}

TEST_CASE("more than the server keeps for a client that is away is an overflow, and told") {
  constexpr int count = 6;
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  // Its only worker runs them one after the other.
  served server{[&](sidecar& made) {
                  made.methods().add("megabyte", {.summary = "Waits.", .blocking = true}, [&] {
                    opened.wait();
                    return std::string(std::size_t{1024} * 1024, 'x');
                  });
                  made.methods().add("last", {.summary = "Waits.", .blocking = true}, [] {});
                },
                1};
  cutting_proxy proxy{server.port(), uncut};
  watched_client client{proxy};
  std::vector<std::future<result<json>>> calls;
  for (int made = 0; made < count; ++made) calls.push_back(client.call("megabyte"));
  CHECK(client->call("rpc.ping"));  // they have all arrived
  proxy.block();
  cutting_proxy other_way{server.port(), uncut};
  watched_client other{other_way};
  auto last = other.call("last");
  CHECK(other->call("rpc.ping"));  // behind the end of the connection, and that has arrived too
  gate.set_value();
  CHECK(last.get());
  proxy.open(server.port());
  CHECK(client.wait_for_loss().find("overflow") != std::string::npos);
  for (auto& call : calls) CHECK(call.get().error().kind() == error_kind::outcome_unknown);
  CHECK(client->call("rpc.ping"));
}
