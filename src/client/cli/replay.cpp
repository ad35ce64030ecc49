#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "client/cli/commands.hpp"
#include "client/cli/failure.hpp"
#include "client/cli/node.hpp"
#include "client/cli/recording.hpp"
#include "client/cli/render.hpp"

namespace sidewire::cli {

namespace {

/// What became of the calls. The client's thread tells, the main thread waits.
class replay_tally {
 public:
  void begin() {
    const std::lock_guard lock{mutex_};
    ++running_count_;
  }
  void end(const recorded_call& call, const result<json>& answer) {
    const std::lock_guard lock{mutex_};
    count(call, answer);
    --running_count_;
    changed_.notify_all();
  }
  void notified() { ++notified_count_; }
  /// Until nothing is in flight.
  void wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return running_count_ == 0; });
  }

  bool is_alike() const { return worse_count_ == 0; }
  node as_node(std::size_t left_out_count) const {
    node report{node_kind::object, {}};
    const auto add = [&](const char* name, std::size_t count) {
      report.members.emplace_back(name, node{node_kind::number, std::to_string(count)});
    };
    add("same", same_count_);
    add("different", different_count_);
    add("failed", worse_count_);
    add("unknown", unknown_count_);
    add("notifications", notified_count_);
    add("leftOut", left_out_count);
    return report;
  }

 private:
  void count(const recorded_call& call, const result<json>& answer) {
    if (!call.outcome) {
      ++unknown_count_;
    } else if (call.outcome->value && answer) {
      const bool is_same = compact_json(*answer) == compact_json(*call.outcome->value);
      ++(is_same ? same_count_ : different_count_);
    } else if (!call.outcome->value && !answer) {
      ++(answer.error().code() == call.outcome->code ? same_count_ : different_count_);
    } else {
      ++(answer ? different_count_ : worse_count_);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_count_ = 0;  // guarded by mutex_, as the counts are until all has ended
  std::size_t same_count_ = 0;
  std::size_t different_count_ = 0;
  std::size_t worse_count_ = 0;    // answered then, failed now
  std::size_t unknown_count_ = 0;  // the recording has no answer
  std::size_t notified_count_ = 0;
};

result<recording> read_file(const std::string& path) {
  if (path == "-") return read_recording(std::cin);
  std::ifstream file{path, std::ios::binary};
  if (!file.is_open()) {
    return error{error_kind::invalid_params, "cannot read " + path + ": " + std::strerror(errno)};
  }
  return read_recording(file);
}

/// Whether the time came before the stop.
bool wait_until(std::chrono::steady_clock::time_point when, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  never.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

exit_code run_replay(const arguments& given, rpc_client& client, console& shown, interrupt& stop) {
  const auto recorded = read_file(given.recording);
  if (!recorded) {
    shown.complain(recorded.error().message());
    return exit_code::usage;
  }
  call_options options = options_of(given, call_timeout);
  options.cancel = stop.token();
  replay_tally tally;
  const interrupt::cancellable running{stop};
  const auto begin = std::chrono::steady_clock::now();
  for (const recorded_call& call : recorded->calls) {
    if (given.pace == replay_pace::recorded && !wait_until(begin + call.at, stop.token())) break;
    if (stop.was_requested()) break;
    const json_view params = call.params ? json_view{*call.params} : json_view{};
    if (call.is_notification) {
      const auto sent = client.notify(call.method, params);
      if (!sent) return report_failure(shown, sent.error(), call.method, nullptr);
      tally.notified();
      continue;
    }
    tally.begin();
    client.async_call(call.method, params, options,
                      [&tally, &call](const result<json>& answer) { tally.end(call, answer); });
    if (given.pace == replay_pace::fast) tally.wait();
  }
  tally.wait();
  if (stop.was_requested()) return exit_code::interrupted;
  shown.show(json{render_line(tally.as_node(recorded->left_out_count), {})});
  return tally.is_alike() ? exit_code::ok : exit_code::failed;
}

}  // namespace sidewire::cli
