#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "client/cli/commands.hpp"
#include "client/cli/failure.hpp"

namespace sidewire::cli {

namespace {

using std::chrono::steady_clock;

std::string milliseconds_text(steady_clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double, std::milli>{time}.count());
  return text;
}

/// `times` is not empty.
void show_times(std::vector<steady_clock::duration> times, console& shown) {
  std::sort(times.begin(), times.end());
  const std::string count = std::to_string(times.size());
  const std::string min = milliseconds_text(times.front());
  const std::string median = milliseconds_text(times[times.size() / 2]);
  const std::string max = milliseconds_text(times.back());
  if (shown.is_readable()) {
    shown.show_text(count + (times.size() == 1 ? " round trip" : " round trips") + ": min " + min +
                    " ms, median " + median + " ms, max " + max + " ms\n");
  } else {
    shown.show(json{R"({"count":)" + count + R"(,"minMs":)" + min + R"(,"medianMs":)" + median +
                    R"(,"maxMs":)" + max + '}'});
  }
}

}  // namespace

exit_code run_ping(const arguments& given, rpc_client& client, console& shown, interrupt& stop) {
  call_options options = options_of(given, probe_timeout);
  options.cancel = stop.token();
  std::vector<steady_clock::duration> times;
  const interrupt::cancellable running{stop};
  // The first one is not counted: over `post` it connects.
  for (std::size_t sent = 0; sent <= given.ping_count && !stop.was_requested(); ++sent) {
    const auto begin = steady_clock::now();
    const auto answer = client.call("rpc.ping", {}, options);
    const auto time = steady_clock::now() - begin;
    if (stop.was_requested()) break;
    if (!answer) return report_failure(shown, answer.error(), "rpc.ping", &client);
    if (sent != 0) times.push_back(time);
  }
  if (!times.empty()) show_times(std::move(times), shown);
  return stop.was_requested() ? exit_code::interrupted : exit_code::ok;
}

}  // namespace sidewire::cli
