#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <sidewire/client.hpp>
#include <string>

#include "cutting_proxy.hpp"
#include "served.hpp"

using namespace std::chrono_literals;
using sidewire::json;
using sidewire::rpc_client;
using sidewire::sidecar;
using sidewire::test::cut_points;
using sidewire::test::cutting_proxy;
using sidewire::test::served;
using sidewire::test::tally;

namespace {

constexpr std::size_t break_count = 300;

struct number_params {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(number_params, (), (number))

json params_of(int number) {
  return json{R"({"number":)" + std::to_string(number) + '}'};
}

/// The first connection lasts long enough to begin; the following ones break anywhere, the
/// handshake and the middle of a frame included, until there were enough.
std::function<cut_points()> random_cuts(unsigned seed, std::size_t max_bytes) {
  return [random = std::minstd_rand{seed}, max_bytes, count = std::size_t{0}]() mutable {
    std::uniform_int_distribution<std::size_t> any{1, max_bytes};
    if (++count > break_count) return cut_points{};
    if (count == 1) return cut_points{.up_bytes = 5000, .down_bytes = 5000};
    return cut_points{.up_bytes = any(random), .down_bytes = any(random)};
  };
}

std::unique_ptr<rpc_client> connected(const cutting_proxy& through,
                                      sidewire::client_options options = {}) {
  options.url = through.url();
  options.transport = sidewire::client_transport::websocket;
  options.token = served::token;
  options.call_timeout = sidewire::no_timeout;
  options.limits.min_reconnect_delay = 1ms;
  options.limits.max_reconnect_delay = 2ms;
  auto client = rpc_client::connect(std::move(options));
  if (!client) FAIL(client.error().message());
  return std::move(*client);
}

/// Calls, several at a time, until the proxy has broken enough connections.
class call_chain {
 public:
  static constexpr int width = 16;

  call_chain(rpc_client& client, const cutting_proxy& proxy) : client_{client}, proxy_{proxy} {}

  /// Answers how many calls were made.
  int run() {
    auto finished = finished_.get_future();
    for (int count = 0; count < width; ++count) next();
    finished.wait();
    return last_;
  }
  tally answered;
  std::atomic<int> failed_count = 0;

 private:
  void next() {
    if (proxy_.connection_count() > break_count) {
      if (++ended_count_ == width) finished_.set_value();
      return;
    }
    const int number = ++last_;
    client_.async_call("count", params_of(number), {}, [this, number](const auto& outcome) {
      if (!outcome || outcome->text() != std::to_string(number)) ++failed_count;
      answered.add(number);
      next();
    });
  }

  rpc_client& client_;
  const cutting_proxy& proxy_;
  std::atomic<int> last_ = 0;
  std::atomic<int> ended_count_ = 0;
  std::promise<void> finished_;
};

}  // namespace

TEST_CASE("calls run once and are answered once, however often the connection breaks") {
  for (const std::size_t max_bytes : {2000, 20'000}) {
    CAPTURE(max_bytes);
    tally ran;
    served server{[&ran](sidecar& made) {
      made.methods().add("count", {}, [&ran](number_params given) {
        ran.add(given.number);
        return given.number;
      });
    }};
    cutting_proxy proxy{server.port(), random_cuts(7, max_bytes)};
    const auto client = connected(proxy);
    call_chain calls{*client, proxy};
    const int count = calls.run();
    CHECK(count > call_chain::width);
    CHECK(calls.failed_count == 0);
    CHECK(calls.answered.is_each_once(count));
    CHECK(ran.is_each_once(count));
  }
}

TEST_CASE("notifications arrive once, however often the connection breaks") {
  tally came;
  served server{[&came](sidecar& made) {
    made.methods().add("count", {}, [&came](number_params given) { came.add(given.number); });
  }};
  cutting_proxy proxy{server.port(), random_cuts(11, 5000)};
  const auto client = connected(proxy);
  int count = 0;
  while (proxy.connection_count() <= break_count) {
    CHECK(client->notify("count", params_of(++count)));
  }
  CHECK(client->call("rpc.ping"));  // behind them all
  CHECK(came.is_each_once(count));
}

TEST_CASE("requests of the server run once and are answered, however often the connection breaks") {
  tally asked;
  served server{[](sidecar& made) {
    made.methods().add("count", {},
                       [](number_params given, sidewire::call& from) -> sidewire::awaitable<int> {
                         const auto client = from.peer();
                         const int answer = co_await client->request<int>("double", given, 10min);
                         co_return answer / 2;
                       });
  }};
  cutting_proxy proxy{server.port(), random_cuts(13, 5000)};
  sidewire::client_options options;
  options.handlers["double"] = [&asked](sidewire::json_view params, sidewire::request_reply reply) {
    const std::string text{params.text()};
    const int number = std::stoi(text.substr(text.find(':') + 1));
    asked.add(number);
    reply(json{std::to_string(2 * number)});
  };
  const auto client = connected(proxy, std::move(options));
  call_chain calls{*client, proxy};
  const int count = calls.run();
  CHECK(calls.failed_count == 0);
  CHECK(calls.answered.is_each_once(count));
  CHECK(asked.is_each_once(count));
}

TEST_CASE("publications come once and in order, however often the connection breaks") {
  sidewire::topics* published = nullptr;
  served server{[&published](sidecar& made) {
    published = &made.topics();
    published->add({.name = "numbers", .events = {"number"}, .history = {.max_count = 1'000'000}});
  }};
  cutting_proxy proxy{server.port(), random_cuts(17, 5000)};
  const auto client = connected(proxy);
  constexpr int ahead = 16;
  int last = 0;
  const auto publish = [&] {
    CHECK(published->publish("numbers", "number", number_params{++last}));
  };
  int heard = 0;
  int wrong_count = 0;
  std::promise<void> all;
  sidewire::subscribe_options options;
  options.on_gap = [&wrong_count](const sidewire::topic_gap&) { ++wrong_count; };
  const auto held = client->subscribe("numbers", options, [&](const sidewire::topic_event& event) {
    if (event.params.text() != params_of(++heard).text()) ++wrong_count;
    if (proxy.connection_count() <= break_count) return publish();
    if (heard == last) all.set_value();
  });
  REQUIRE(held);
  // From here on each publication that is heard brings the next.
  client->async_call("rpc.ping", {}, {}, [&](const auto&) {
    for (int count = 0; count < ahead; ++count) publish();
  });
  all.get_future().wait();
  CHECK(heard > ahead);
  CHECK(wrong_count == 0);
}
