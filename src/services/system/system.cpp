#include "services/system/system.hpp"

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "services/system/machine.hpp"
#include "services/waiting.hpp"

namespace sidewire::services {

struct wait_params {
  std::uint32_t ms = 0;
};
BOOST_DESCRIBE_STRUCT(wait_params, (), (ms))

struct wait_result {
  std::uint64_t waited_ms = 0;
};
BOOST_DESCRIBE_STRUCT(wait_result, (), (waited_ms))

namespace {

awaitable<wait_result> wait(wait_params params) {
  constexpr std::chrono::milliseconds max_wait = std::chrono::hours{1};
  const std::chrono::milliseconds asked{params.ms};
  if (asked > max_wait) {
    error reason{error_kind::invalid_params, "ms is at most 3600000, an hour"};
    throw call_failed{reason.at("/ms")};
  }
  const auto begin = clock::now();
  steady_timer timer{co_await boost::asio::this_coro::executor, asked};
  co_await timer.async_wait(use_awaitable);
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - begin);
  co_return wait_result{static_cast<std::uint64_t>(waited.count())};
}

}  // namespace

void add_system(registry& methods, std::shared_ptr<const server_facts> server) {
  auto host = std::make_shared<machine>();

  methods.add("system.echo",
              {.summary = "Answers its params exactly as they came, null when there are none.",
               .safe = true,
               .examples = {{.name = "a text",
                             .params = {{"text", R"("hello")"}},
                             .result = R"({"text":"hello"})"}}},
              [](json_view params) { return params; });

  methods.add("system.wait",
              {.summary = "Answers after a time; to try cancelling, deadlines and draining.",
               .safe = true,
               .params = {{"ms", "How long to wait, in milliseconds: at most an hour."}},
               .examples = {{.name = "an instant",
                             .params = {{"ms", "1"}},
                             .result = R"({"waitedMs":1})"}}},
              wait);

  methods.add("system.info",
              {.summary = "Tells which server this is and what it runs on.", .safe = true},
              [host, server] { return host->info(*server); });

  methods.add("system.stats",
              {.summary = "Tells the load: CPU, memory, connections and calls.",
               .description = "CPU is measured over the last seconds: `percent` of the machine's "
                              "CPUs together, `processPercent` of one of them.",
               .safe = true},
              [host, server] { return host->stats(*server); });

  methods.add("system.sessions",
              {.summary = "Tells who has a session: by which transport, since when, and what waits.",
               .description = "For who administrates the server. `since` is when the session came "
                              "to its connection, or lost it.",
               .safe = true,
               .blocking = true,
               .scope = "admin"},
              [server] { return server->sessions(); });

  methods.add("system.dashboard",
              {.summary = "Tells all of `system.info` and `system.stats`, and the machine's load.",
               .safe = true},
              [host, server] { return host->dashboard(*server); });
}

}  // namespace sidewire::services
