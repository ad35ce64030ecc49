#include "services/system/system.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "services/system/machine.hpp"
#include "tests/unit/services/method_runner.hpp"

namespace sidewire::services {
namespace {

class fixed_facts final : public server_facts {
 public:
  server_counters counters() const override { return {.connections = 3, .calls = 42}; }
  std::string instance() const override { return "run-1"; }
  result<session_list> sessions() const override {
    session_list all;
    all.sessions.emplace_back().principal = "ada";
    return all;
  }
};

struct system_service {
  system_service() { add_system(runner.methods(), std::make_shared<fixed_facts>()); }
  method_runner runner;
};

}  // namespace

TEST_CASE_FIXTURE(system_service, "echo answers its params exactly as they came") {
  CHECK(runner.call("system.echo", R"({"a": 1.50, "_meta":{"x":[ ]}})") ==
        R"({"a": 1.50, "_meta":{"x":[ ]}})");
  CHECK(runner.call("system.echo", "null") == "null");
}

TEST_CASE_FIXTURE(system_service, "wait answers how long it waited") {
  CHECK(runner.call("system.wait", R"({"ms":0})").starts_with(R"({"waitedMs":)"));
  CHECK(runner.call("system.wait", R"({"ms":3600001})") ==
        "invalid_params: ms is at most 3600000, an hour at /ms");
}

TEST_CASE_FIXTURE(system_service, "a wait that is cancelled ends at once") {
  const auto waiting = runner.start("system.wait", R"({"ms":3600000})");
  waiting->cancel();
  runner.run_until([&] { return waiting->ended(); });
  CHECK(waiting->answer() == "request_cancelled: cancelled");
}

TEST_CASE("info says which server this is and where it runs") {
  const system_info info = machine{}.info(fixed_facts{});
  CHECK(info.name == "sidewire");
  CHECK(info.protocol == "sidewire/1");
  CHECK(info.instance == "run-1");
  CHECK(info.pid == ::getpid());
  CHECK(info.cpus > 0);
  CHECK(!info.hostname.empty());
  CHECK(!info.os.empty());
  CHECK(!info.kernel.empty());
  CHECK(info.started.ends_with("Z"));
}

TEST_CASE("stats come from the machine and the server's counters") {
  const system_stats stats = machine{}.stats(fixed_facts{});
  CHECK(stats.server.connections == 3);
  CHECK(stats.server.calls == 42);
  CHECK(stats.memory.process_bytes > 100'000);
  CHECK(stats.memory.total_bytes >= stats.memory.available_bytes);
  CHECK(stats.cpu.percent >= 0);
  CHECK(stats.cpu.percent <= 100);
}

TEST_CASE("the dashboard is info, stats and load") {
  const system_dashboard all = machine{}.dashboard(fixed_facts{});
  CHECK(all.info.instance == "run-1");
  CHECK(all.stats.server.connections == 3);
  CHECK(all.load.one_minute >= 0);
}

TEST_CASE_FIXTURE(system_service, "every method of the service says what it does") {
  for (const char* name :
       {"system.echo", "system.wait", "system.info", "system.stats", "system.dashboard"}) {
    const method* found = runner.methods().find(name);
    REQUIRE(found != nullptr);
    CHECK(!found->info.summary.empty());
    CHECK(found->info.safe);
  }
}

}  // namespace sidewire::services
