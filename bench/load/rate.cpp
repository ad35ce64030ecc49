// Calls a second with a fixed number in flight: a closed loop, every answer lets one request go.
// Counted are the answers that arrive between the end of the warm-up and the end of the duration,
// and the server's CPU time between the same moments. Afterwards nothing is sent any more and every
// call still in flight must be answered.
#include <memory>
#include <vector>

#include "load/caller.hpp"
#include "load/epoll.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

/// The counters at one moment.
struct reading {
  std::uint64_t at;
  std::uint64_t server_cpu;
  std::uint64_t own_cpu;
  std::uint64_t allocations;
  std::uint64_t answers;
};

class closed_loop {
 public:
  explicit closed_loop(const options& wanted)
      : wanted_{wanted},
        server_{wanted.server_pid, wanted.allocation_counter},
        checker_{wanted},
        epoll_{wanted.waiting},
        shared_(read_bytes) {
    for (std::size_t i = 0; i < wanted.connections; ++i) {
      callers_.push_back(std::make_unique<caller>(wanted, i, checker_));
      epoll_.add(callers_.back()->descriptor(), i, EPOLLIN);
    }
    blocked_.resize(callers_.size());
  }

  report run() {
    clock_ = now_nanoseconds();
    for (std::size_t i = 0; i < callers_.size(); ++i) send(i, wanted_.in_flight);
    turn_until(clock_ + nanoseconds(wanted_.warm_up), nullptr);
    const reading before = read();
    turn_until(before.at + nanoseconds(wanted_.duration), &latencies_);
    const reading after = read();
    const std::size_t resident = server_.resident_bytes();
    drain();
    return report_of(before, after, resident);
  }

 private:
  reading read() const {
    return {now_nanoseconds(), server_.cpu_nanoseconds(), own_cpu_nanoseconds(),
            server_.allocation_count(), answers_};
  }

  void turn_until(std::uint64_t end, latencies* into) {
    while (clock_ < end) turn(into, true);
  }

  /// Stops sending and waits for what is in flight.
  void drain() {
    std::size_t waiting = 0;
    do {
      waiting = 0;
      for (const auto& each : callers_) waiting += each->waiting();
      if (waiting != 0) turn(nullptr, false);
    } while (waiting != 0);
  }

  void turn(latencies* into, bool continues) {
    for (const epoll_event& event : epoll_.wait()) {
      const std::size_t index = event.data.u64;
      if ((event.events & EPOLLOUT) != 0) {
        callers_[index]->flush();
        watch(index);
      }
      if ((event.events & ~std::uint32_t{EPOLLOUT}) == 0) continue;
      const std::size_t answered = callers_[index]->receive(shared_, into, clock_);
      answers_ += answered;
      if (answered != 0 && continues) send(index, answered);
    }
  }

  void send(std::size_t index, std::size_t count) {
    callers_[index]->send(count, clock_);
    watch(index);
  }

  /// Waits for room exactly while a caller has unsent bytes.
  void watch(std::size_t index) {
    if (callers_[index]->has_unsent() == (blocked_[index] != 0)) return;
    blocked_[index] = blocked_[index] == 0;
    epoll_.change(callers_[index]->descriptor(), index,
                  blocked_[index] == 0 ? EPOLLIN : EPOLLIN | EPOLLOUT);
  }

  report report_of(const reading& before, const reading& after, std::size_t resident) const {
    const auto answers = static_cast<double>(after.answers - before.answers);
    const auto wall = static_cast<double>(after.at - before.at);
    const auto server_cpu = static_cast<double>(after.server_cpu - before.server_cpu);
    const auto own_cpu = static_cast<double>(after.own_cpu - before.own_cpu);
    report result;
    result.add("answers", after.answers - before.answers)
        .add("seconds", wall / 1e9)
        .add("rate", answers / (wall / 1e9))
        .add("p50Us", latencies_.percentile_us(0.50))
        .add("p99Us", latencies_.percentile_us(0.99))
        .add("serverCpuNs", server_cpu / answers)
        .add("serverBusy", server_cpu / wall)
        .add("loadBusy", own_cpu / wall)
        .add("residentBytes", resident)
        .add("requestBytes", callers_.front()->request_bytes())
        .add("answerBytes", callers_.front()->answer_bytes());
    if (server_.counts_allocations()) {
      result.add("allocations", after.allocations - before.allocations);
    }
    return result;
  }

  const options& wanted_;
  server_process server_;
  answer_checker checker_;
  epoll epoll_;
  std::vector<char> shared_;
  std::vector<std::unique_ptr<caller>> callers_;
  std::vector<char> blocked_;  // by caller: whether room is waited for
  latencies latencies_;
  std::uint64_t clock_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace

report measure_rate(const options& wanted) {
  return closed_loop{wanted}.run();
}

}  // namespace sidewire::bench
