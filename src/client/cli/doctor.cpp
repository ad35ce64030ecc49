#include "client/cli/doctor.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

#include "client/cli/commands.hpp"
#include "client/cli/render.hpp"

namespace sidewire::cli {

namespace {

using std::chrono::steady_clock;

constexpr int round_trip_count = 5;

/// When a connection was lost, told by the client's thread and waited for by another.
class watch {
 public:
  void tell(connection_state state) {
    const std::lock_guard lock{mutex_};
    if (state == connection_state::open && !opened_) opened_ = steady_clock::now();
    const bool is_lost =
        state == connection_state::reconnecting || state == connection_state::closed;
    if (!is_lost || !opened_ || lost_) return;
    lost_ = steady_clock::now();
    changed_.notify_all();
  }
  /// How long the connection has lasted, if it was lost in so much time from now on.
  std::optional<steady_clock::duration> wait(std::chrono::milliseconds hold) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, hold, [this] { return lost_.has_value(); })) return {};
    return *lost_ - *opened_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<steady_clock::time_point> opened_;  // guarded by mutex_
  std::optional<steady_clock::time_point> lost_;    // guarded by mutex_
};

}  // namespace

transport_finding examine(client_options options, client_transport transport,
                          std::chrono::milliseconds hold) {
  watch seen;
  options.transport = transport;
  options.on_state = [&seen](connection_state state, const error*) { seen.tell(state); };
  transport_finding found{.transport = transport};
  const auto begin = steady_clock::now();
  const auto client = rpc_client::connect(std::move(options));
  if (!client) {
    found.failure = client.error();
    return found;
  }
  std::vector<steady_clock::duration> times;
  for (int made = 0; made <= round_trip_count; ++made) {
    const auto sent = steady_clock::now();
    const auto answer = (*client)->call("rpc.ping");
    if (!answer && answer.error().kind() != error_kind::method_not_found) {
      found.failure = answer.error();
      return found;
    }
    const auto now = steady_clock::now();
    if (made == 0) {
      found.first_answer = now - begin;
    } else {
      times.push_back(now - sent);
    }
  }
  std::ranges::sort(times);
  found.round_trip = times[times.size() / 2];
  if (transport != client_transport::post) found.cut_after = seen.wait(hold);
  return found;
}

exit_code run_doctor(const arguments& given, client_options options, console& shown) {
  const auto timeout = given.timeout.value_or(probe_timeout);
  options.limits.connect_timeout = options.call_timeout = timeout;
  const std::string url = options.url;
  std::vector<std::future<transport_finding>> running;
  for (const auto transport : {client_transport::websocket, client_transport::sse,
                               client_transport::poll, client_transport::post}) {
    running.push_back(std::async(std::launch::async, examine, options, transport, given.hold));
  }
  std::vector<transport_finding> all;
  for (auto& one : running) all.push_back(one.get());
  if (shown.is_readable()) {
    shown.show_text(render_table(as_rows(all), shown.shown_on()));
  } else {
    shown.show(json{render_line(as_report(url, all), {})});
  }
  if (has_session(all)) return exit_code::ok;
  const auto& first = all.front().failure;
  return first ? exit_code_of(first->kind()) : exit_code::unavailable;
}

}  // namespace sidewire::cli
