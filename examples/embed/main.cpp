// A program that serves methods of its own.
//
//   embed               prints its address and token, and serves until it is killed
//   embed --self-test   calls itself once and ends

#include <chrono>
#include <iostream>
#include <sidewire/client.hpp>
#include <sidewire/sidecar.hpp>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

using namespace sidewire;

namespace {

struct add_params {
  double a = 0;
  double b = 0;
};
BOOST_DESCRIBE_STRUCT(add_params, (), (a, b))

struct countdown_params {
  int from = 0;
};
BOOST_DESCRIBE_STRUCT(countdown_params, (), (from))

awaitable<std::string> count_down(countdown_params params, call& current) {
  boost::asio::steady_timer::rebind_executor<boost::asio::io_context::executor_type>::other timer{
      co_await boost::asio::this_coro::executor};
  for (int left = params.from; left > 0; --left) {
    co_await current.progress(left);
    timer.expires_after(std::chrono::milliseconds{10});
    co_await timer.async_wait(
        boost::asio::use_awaitable_t<boost::asio::io_context::executor_type>{});
  }
  co_return "lift-off";
}

void add_methods(registry& methods) {
  methods.add("math.add",
              {.summary = "Adds two numbers.",
               .safe = true,
               .params = {{"a", "The first."}, {"b", "The second."}}},
              [](add_params params) { return params.a + params.b; });
  methods.add_streaming<int>(
      "demo.countdown",
      {.summary = "Counts down, a step every 10 ms.", .params = {{"from", "Where it begins."}}},
      count_down);
}

bool calls_succeed(const sidecar& server) {
  auto client = rpc_client::connect({.url = server.url(), .token = server.token()});
  if (!client) return false;
  const auto sum = (*client)->call<double>("math.add", add_params{1, 2});
  int steps = 0;
  const auto end = (*client)->call<std::string>("demo.countdown", countdown_params{3},
                                                {.on_progress = [&steps](json_view) { ++steps; }});
  return sum && *sum == 3 && end && *end == "lift-off" && steps == 3;
}

}  // namespace

int main(int argument_count, char** arguments) {
  sidecar server;
  add_methods(server.methods());
  server.listen();
  if (argument_count > 1 && std::string_view{arguments[1]} == "--self-test") {
    std::thread serving{[&server] { server.run(); }};
    const bool passed = calls_succeed(server);
    server.stop();
    serving.join();
    std::cout << (passed ? "the calls succeeded\n" : "a call failed\n");
    return passed ? 0 : 1;
  }
  std::cout << server.url() << "  token " << server.token() << std::endl;
  server.run();
}
