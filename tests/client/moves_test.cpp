#include <doctest/doctest.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <random>
#include <sidewire/client.hpp>
#include <string>
#include <vector>

#include "cutting_proxy.hpp"
#include "served.hpp"

using namespace std::chrono_literals;
using sidewire::client_transport;
using sidewire::connection_state;
using sidewire::json;
using sidewire::rpc_client;
using sidewire::sidecar;
using sidewire::test::cut_points;
using sidewire::test::cutting_proxy;
using sidewire::test::served;
using sidewire::test::tally;

namespace {

struct number_params {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(number_params, (), (number))

json params_of(int number) {
  return json{R"({"number":)" + std::to_string(number) + '}'};
}

/// How often the session moves; SIDEWIRE_MOVE_COUNT says more.
int move_count() {
  const char* const told = std::getenv("SIDEWIRE_MOVE_COUNT");
  return told == nullptr ? 60 : std::atoi(told);
}

constexpr std::array transports{client_transport::websocket, client_transport::sse,
                                client_transport::poll};

/// What tells a transport's requests from others.
std::string mark_of(client_transport transport) {
  switch (transport) {
    case client_transport::websocket:
      return "Upgrade: websocket";
    case client_transport::sse:
      return "Accept: text/event-stream";
    default:
      return "?poll=";
  }
}

std::vector<std::string> marks_but(client_transport allowed) {
  std::vector<std::string> marks;
  for (const auto one : transports) {
    if (one != allowed) marks.push_back(mark_of(one));
  }
  return marks;
}

/// What the session is on, for a thread that waits for it.
class whereabouts {
 public:
  void watch(sidewire::client_options& options) {
    options.on_transport = [this](const sidewire::transport_use& use) {
      const std::lock_guard lock{mutex_};
      transport_ = use.transport;
      changed_.notify_all();
    };
    options.on_state = [this](connection_state state, const sidewire::error* reason) {
      const std::lock_guard lock{mutex_};
      is_open_ = state == connection_state::open;
      if (is_open_ && reason != nullptr) losses_ += reason->message() + '\n';
      is_closed_ = state == connection_state::closed;
      changed_.notify_all();
    };
  }
  /// False where the client has ended.
  bool wait_for(client_transport transport) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return is_closed_ || (is_open_ && transport_ == transport); });
    return !is_closed_;
  }
  /// Why sessions were lost, a line each.
  std::string losses() {
    const std::lock_guard lock{mutex_};
    return losses_;
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  client_transport transport_ = client_transport::automatic;
  bool is_open_ = false;
  bool is_closed_ = false;
  std::string losses_;
};

/// Calls and publications, several of each at a time, until told to stop.
class load {
 public:
  static constexpr int width = 8;

  load(rpc_client& client, sidewire::topics& published) : client_{client}, published_{published} {}

  void start() {
    sidewire::subscribe_options options;
    options.on_gap = [this](const sidewire::topic_gap&) { ++wrong_count; };
    auto made = client_.subscribe("numbers", options, [this](const sidewire::topic_event& event) {
      if (event.params.text() != params_of(++heard_).text()) ++wrong_count;
      if (!is_stopping_) return publish();
      if (heard_ == published_count_) all_heard_.set_value();
    });
    REQUIRE(made);
    subscribed_.emplace(std::move(*made));
    client_.async_call("rpc.ping", {}, {}, [this](const auto&) {
      for (int count = 0; count < width; ++count) {
        publish();
        call();
      }
    });
  }
  /// Waits for everything that is on its way.
  void stop() {
    is_stopping_ = true;
    all_answered_.get_future().wait();
    all_heard_.get_future().wait();
    client_.async_call("rpc.ping", {}, {}, [](const auto&) {});
    CHECK(client_.call("rpc.ping"));  // what came once more would be here now
  }

  tally answered;
  std::atomic<int> wrong_count = 0;
  int last_call() const { return last_; }

 private:
  void publish() {
    CHECK(published_.publish("numbers", "number", number_params{++published_count_}));
  }
  void call() {
    if (is_stopping_) {
      if (++ended_count_ == width) all_answered_.set_value();
      return;
    }
    const int number = ++last_;
    client_.async_call("count", params_of(number), {}, [this, number](const auto& outcome) {
      if (!outcome || outcome->text() != std::to_string(number)) ++wrong_count;
      answered.add(number);
      call();
    });
  }

  rpc_client& client_;
  sidewire::topics& published_;
  std::optional<sidewire::subscription> subscribed_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<int> published_count_ = 0;
  int heard_ = 0;  // the client's thread
  std::atomic<int> last_ = 0;
  std::atomic<int> ended_count_ = 0;
  std::promise<void> all_answered_;
  std::promise<void> all_heard_;
};

/// Most connections last until they are broken; some end by themselves, anywhere.
std::function<cut_points()> rare_cuts(unsigned seed) {
  return [random = std::minstd_rand{seed}]() mutable {
    std::uniform_int_distribution<std::size_t> any{1, 30'000};
    if (random() % 4 != 0) return cut_points{};
    return cut_points{.up_bytes = any(random), .down_bytes = any(random)};
  };
}

}  // namespace

TEST_CASE("a session moves between the transports at random: all once and in order") {
  tally ran;
  sidewire::topics* published = nullptr;
  served server{[&](sidecar& made) {
    made.methods().add("count", {}, [&ran](number_params given) {
      ran.add(given.number);
      return given.number;
    });
    published = &made.topics();
    published->add({.name = "numbers", .events = {"number"}, .history = {.max_count = 1'000'000}});
  }};
  cutting_proxy proxy{server.port(), rare_cuts(19)};
  whereabouts where;
  sidewire::client_options options;
  options.url = proxy.url();
  options.token = served::token;
  options.call_timeout = sidewire::no_timeout;
  options.limits.min_reconnect_delay = 1ms;
  options.limits.max_reconnect_delay = 2ms;
  options.limits.upgrade_interval = 5ms;
  where.watch(options);
  auto client = rpc_client::connect(std::move(options));
  if (!client) FAIL(client.error().message());
  load traffic{**client, *published};
  traffic.start();

  std::minstd_rand random{23};
  for (int moved = 0; moved < move_count(); ++moved) {
    const auto next = transports[random() % transports.size()];
    CAPTURE(moved);
    // The way to a WebSocket is found while the old connection lasts, every other time.
    const bool is_upgrade = next == client_transport::websocket && random() % 2 == 0;
    proxy.forbid(is_upgrade ? std::vector<std::string>{} : marks_but(next));
    if (!is_upgrade) proxy.break_all();
    REQUIRE(where.wait_for(next));
  }
  proxy.forbid({});
  traffic.stop();
  CHECK(where.losses() == "");
  CHECK(traffic.wrong_count == 0);
  CHECK(traffic.last_call() > load::width);
  CHECK(traffic.answered.is_each_once(traffic.last_call()));
  CHECK(ran.is_each_once(traffic.last_call()));
}

TEST_CASE("a session runs on each transport, from the first call to the end") {
  served server{[](sidecar& made) {
    made.methods().add("count", {}, [](number_params given) { return given.number; });
  }};
  cutting_proxy proxy{server.port(), [] { return cut_points{}; }};
  for (const auto transport : transports) {
    for (const auto written_as : {sidewire::format::json, sidewire::format::msgpack}) {
      CAPTURE(sidewire::name_of(transport));
      auto client = rpc_client::connect({.url = proxy.url(),
                                         .token = served::token,
                                         .transport = transport,
                                         .written_as = written_as});
      if (!client) FAIL(client.error().message());
      for (int number = 1; number < 20; ++number) {
        const auto answer = (*client)->call<int>("count", number_params{number});
        REQUIRE(answer);
        CHECK(*answer == number);
      }
    }
  }
}

TEST_CASE("a client finds the transport that works, says why, and the next one remembers") {
  served server{[](sidecar&) {}};
  cutting_proxy proxy{server.port(), [] { return cut_points{}; }};
  proxy.forbid({mark_of(client_transport::websocket)});
  for (int made = 0; made < 2; ++made) {
    sidewire::client_options options{.url = proxy.url(), .token = served::token};
    std::promise<sidewire::transport_use> told;
    options.on_transport = [&told](const sidewire::transport_use& use) { told.set_value(use); };
    const auto client = rpc_client::connect(std::move(options));
    REQUIRE(client);
    const auto use = told.get_future().get();
    CHECK(use.transport == client_transport::sse);
    REQUIRE(use.failed.size() == 1);
    CHECK(use.failed.front().transport == client_transport::websocket);
    CHECK_FALSE(use.failed.front().reason.message().empty());
  }
}
