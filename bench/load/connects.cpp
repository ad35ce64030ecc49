// Connections a second, from connecting to the end: TCP handshake, upgrade, one call, close
// handshake, end of the stream; `--connections` of them at a time. On `raw` one echo, then a half
// close. The calls' answers are checked like all others.
#include <string>
#include <vector>

#include "load/answers.hpp"
#include "load/epoll.hpp"
#include "load/latencies.hpp"
#include "load/requests.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {
namespace {

/// Source addresses used in turn: each has some 28,000 ports, which rest for a minute after use.
constexpr std::uint32_t source_addresses = 100;

/// One connection at a time, from its beginning to its end, again and again.
class visitor {
 public:
  visitor(const options& wanted, std::size_t index, answer_checker& checker)
      : transport_{wanted.transport},
        port_{wanted.port},
        checker_{checker},
        opening_{opening(wanted)},
        request_{build_requests(wanted, index)} {}

  int descriptor() const { return socket_.descriptor(); }
  std::uint64_t began_at() const { return began_at_; }

  void begin(std::uint32_t source) {
    began_at_ = now_nanoseconds();
    socket_ = socket{port_, source};
    received_.clear();
    stage_ = opening_.empty() ? stage::answer : stage::upgrade;
    socket_.send_all(opening_.empty() ? std::string_view{request_.bytes} : opening_);
  }

  /// The socket is readable. True once the connection is over, having done all it should.
  bool proceed() {
    char bytes[4096];
    const auto got = socket_.receive_some(bytes);
    if (got.ended) {
      if (stage_ != stage::end) throw std::runtime_error{"the server closed early"};
      return true;
    }
    received_.append(bytes, got.count);
    if (stage_ == stage::upgrade) finish_upgrade();
    if (stage_ == stage::answer) finish_call();
    return false;
  }

 private:
  enum class stage : std::uint8_t { upgrade, answer, end };

  void finish_upgrade() {
    const std::size_t header_bytes = cut_upgrade(received_);
    if (header_bytes == 0) return;
    received_.erase(0, header_bytes);
    socket_.send_all(request_.bytes);
    stage_ = stage::answer;
  }

  void finish_call() {
    const received_answer answer = cut_answer(transport_, received_, request_.request_bytes);
    if (answer.consumed_bytes == 0) return;
    const bool right = transport_ == transport::raw
                           ? answer.payload == request_.bytes
                           : checker_.check(answer.payload) == request_.first_id;
    if (!right) throw std::runtime_error{"an answer to another connection's call"};
    if (transport_ == transport::raw) {
      socket_.shut_down();
    } else {
      socket_.send_all(close_frame());
    }
    stage_ = stage::end;
  }

  transport transport_;
  std::uint16_t port_;
  answer_checker& checker_;
  std::string opening_;
  request_ring request_;
  socket socket_;
  stage stage_ = stage::end;
  std::string received_;
  std::uint64_t began_at_ = 0;
};

}  // namespace

report measure_connects(const options& wanted) {
  const server_process server{wanted.server_pid, {}};
  answer_checker checker{wanted};
  epoll readable;
  std::vector<visitor> visitors;
  std::uint32_t begun = 0;
  const auto begin = [&](std::size_t index) {
    visitors[index].begin(begun++ % source_addresses);
    readable.add(visitors[index].descriptor(), index, EPOLLIN);
  };
  for (std::size_t i = 0; i < wanted.connections; ++i) {
    visitors.emplace_back(wanted, i, checker);
    begin(i);
  }

  latencies lifetimes;
  std::uint64_t finished = 0;
  std::uint64_t clock = now_nanoseconds();
  const auto turn_for = [&](std::chrono::nanoseconds duration) {
    const std::uint64_t end = clock + static_cast<std::uint64_t>(duration.count());
    while (clock < end) {
      for (const epoll_event& event : readable.wait()) {
        visitor& each = visitors[event.data.u64];
        if (!each.proceed()) continue;
        clock = now_nanoseconds();
        lifetimes.record(clock - each.began_at());
        ++finished;
        begin(event.data.u64);
      }
    }
  };
  turn_for(wanted.warm_up);
  lifetimes = {};
  finished = 0;
  const std::uint64_t began = now_nanoseconds();
  const std::uint64_t server_cpu = server.cpu_nanoseconds();
  const std::uint64_t own_cpu = own_cpu_nanoseconds();
  turn_for(wanted.duration);
  const auto wall = static_cast<double>(now_nanoseconds() - began);
  const auto used = static_cast<double>(server.cpu_nanoseconds() - server_cpu);
  const auto count = static_cast<double>(finished);
  report result;
  result.add("connections", finished)
      .add("seconds", wall / 1e9)
      .add("rate", count / (wall / 1e9))
      .add("p50Us", lifetimes.percentile_us(0.50))
      .add("p99Us", lifetimes.percentile_us(0.99))
      .add("serverCpuNs", used / count)
      .add("serverBusy", used / wall)
      .add("loadBusy", static_cast<double>(own_cpu_nanoseconds() - own_cpu) / wall);
  return result;
}

}  // namespace sidewire::bench
