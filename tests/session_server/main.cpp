// A server whose methods note how often and in which order they ran, so that a client that loses
// its connection all the time can be held against it.

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <sidewire/sidecar.hpp>
#include <string>

using namespace sidewire;

namespace {

struct run_params {
  std::string who;      ///< the client's own name
  std::uint64_t n = 0;  ///< counts its calls, from 1
};
BOOST_DESCRIBE_STRUCT(run_params, (), (who, n))

struct later_params : run_params {
  std::uint32_t ms = 0;
};
BOOST_DESCRIBE_STRUCT(later_params, (run_params), (ms))

struct told {
  std::uint64_t n = 0;  ///< counts what the client is told, from 1
};
BOOST_DESCRIBE_STRUCT(told, (), (n))

struct tell_params : run_params {
  std::uint32_t count = 0;
};
BOOST_DESCRIBE_STRUCT(tell_params, (run_params), (count))

struct report_params {
  std::string who;
};
BOOST_DESCRIBE_STRUCT(report_params, (), (who))

struct client_report {
  std::uint64_t ran_count = 0;           ///< calls that ran
  std::uint64_t out_of_order_count = 0;  ///< of those, not one after the one before
  std::uint64_t told_count = 0;
  std::uint64_t published_count = 0;  ///< on the client's own topic
};
BOOST_DESCRIBE_STRUCT(client_report, (),
                      (ran_count, out_of_order_count, told_count, published_count))

/// What is known of each client. Any thread.
class ledger {
 public:
  void note(const run_params& call) {
    const std::lock_guard lock{mutex_};
    entry& found = clients_[call.who];
    ++found.report.ran_count;
    if (call.n != found.last + 1) ++found.report.out_of_order_count;
    found.last = call.n;
  }
  std::uint64_t next_told(const std::string& who) {
    const std::lock_guard lock{mutex_};
    return ++clients_[who].report.told_count;
  }
  std::uint64_t next_published(const std::string& who) {
    const std::lock_guard lock{mutex_};
    return ++clients_[who].report.published_count;
  }
  client_report report(const std::string& who) {
    const std::lock_guard lock{mutex_};
    return clients_[who].report;
  }

 private:
  struct entry {
    client_report report;
    std::uint64_t last = 0;
  };
  std::mutex mutex_;
  std::map<std::string, entry> clients_;
};

awaitable<void> wait(std::uint32_t ms) {
  using executor = boost::asio::io_context::executor_type;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, executor>
      timer{co_await boost::asio::this_coro::executor};
  timer.expires_after(std::chrono::milliseconds{ms});
  co_await timer.async_wait(boost::asio::use_awaitable_t<executor>{});
}

}  // namespace

int main(int argc, char** argv) {
  sidecar_options options;
  if (argc > 1) options.threads = static_cast<std::size_t>(std::strtoul(argv[1], nullptr, 10));
  sidecar server{options};
  ledger notes;
  registry& methods = server.methods();
  methods.add("run.now", {.summary = "Notes a call and answers its number."},
              [&notes](const run_params& call) {
                notes.note(call);
                return call.n;
              });
  methods.add("run.later", {.summary = "Notes a call and answers its number after a while."},
              [&notes](later_params call) -> awaitable<std::uint64_t> {
                notes.note(call);
                co_await wait(call.ms);
                co_return call.n;
              });
  methods.add("run.tell", {.summary = "Notes a call and tells its client something, in order."},
              [&notes](const tell_params& params, call& from) {
                notes.note(params);
                const auto client = from.peer();
                for (std::uint32_t count = 0; count != params.count; ++count) {
                  client->notify("told", told{notes.next_told(params.who)});
                }
                return params.n;
              });
  methods.add("run.publish", {.summary = "Notes a call and publishes on its client's topic."},
              [&notes, &server](const tell_params& params) {
                notes.note(params);
                for (std::uint32_t count = 0; count != params.count; ++count) {
                  server.topics().publish("ticks/" + params.who, "tick",
                                          told{notes.next_published(params.who)});
                }
                return params.n;
              });
  methods.add("run.ask", {.summary = "Notes a call and has its client answer it."},
              [&notes](run_params params, call& from) -> awaitable<std::uint64_t> {
                notes.note(params);
                const told asked{params.n};
                const auto answer = co_await from.peer()->request<std::uint64_t>("asked", asked);
                co_return answer;
              });
  methods.add("report", {.summary = "What was noted of a client."},
              [&notes](const report_params& of) { return notes.report(of.who); });
  server.topics().add({.name = "ticks/*",
                       .summary = "Counts what was published for one client.",
                       .events = {"tick"},
                       .history = {.max_count = 100'000}});
  server.listen();
  const std::string& url = server.url();
  std::cout << R"({"url":")" << url << R"(","ws":"ws)" << url.substr(4) << R"(/rpc","token":")"
            << server.token() << "\"}" << std::endl;
  server.run();
}
