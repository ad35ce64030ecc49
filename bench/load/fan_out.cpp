// Publications to many subscribers, a fixed number of them in flight: a closed loop on one thread,
// where the next is published when one has reached everybody. Counted are the deliveries between
// the end of the warm-up and the end of the duration, which both last until everything in flight
// has been exchanged at least once; a delivery's time is from the write that asked for the
// publication to the read that brought it. Every subscriber has to get every publication, in order,
// and no other message. The publisher has a WebSocket, whatever the subscribers listen on, so that
// deliveries alone differ.
#include <memory>
#include <stdexcept>
#include <vector>

#include "load/epoll.hpp"
#include "load/greeting.hpp"
#include "load/latencies.hpp"
#include "load/listener.hpp"
#include "load/publications.hpp"
#include "load/requests.hpp"
#include "load/scenarios.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

/// What waits for its last subscriber: by number, in a ring.
struct flight {
  std::uint64_t sent_at = 0;
  std::size_t missing = 0;  ///< subscribers
};

struct subscriber {
  std::unique_ptr<listener> subscription;
  std::uint32_t next = lowest_id;
};

options publisher_of(const options& wanted) {
  options result = wanted;
  if (wanted.transport == transport::websocket_text) return result;
  result.transport = transport::websocket_text;
  result.dialect = dialect::plain;
  result.path = options{}.path;
  return result;
}

struct reading {
  std::uint64_t at;
  std::uint64_t server_cpu;
  std::uint64_t deliveries;
};

class fan_out {
 public:
  explicit fan_out(const options& wanted)
      : wanted_{wanted},
        server_{wanted.server_pid, {}},
        publications_{wanted},
        epoll_{wanted.waiting},
        shared_(read_bytes),
        flights_(wanted.in_flight),
        publisher_{wanted.port, 0},
        uploads_{connect_uploads(wanted)} {
    greet(publisher_, publisher_of(wanted));
    for (std::size_t i = 0; i < wanted.connections; ++i) {
      subscribers_.push_back({.subscription = start_listening(wanted, uploads_.get(), i)});
      epoll_.add(subscribers_.back().subscription->descriptor(), i, EPOLLIN);
    }
    if (uploads_) epoll_.add(uploads_->descriptor(), subscribers_.size(), EPOLLIN);
  }

  report run() {
    clock_ = now_nanoseconds();
    publish(wanted_.in_flight);
    turn_until(clock_ + nanoseconds(wanted_.warm_up), wanted_.in_flight, nullptr);
    const reading before = read();
    turn_until(before.at + nanoseconds(wanted_.duration), 2 * wanted_.in_flight, &latencies_);
    const reading after = read();
    const std::size_t resident = server_.resident_bytes();
    while (in_flight_ != 0) turn(nullptr);
    return report_of(before, after, resident);
  }

 private:
  reading read() const { return {now_nanoseconds(), server_.cpu_nanoseconds(), deliveries_}; }

  /// Not before so many publications have reached everybody either: a server that does all of one
  /// step before the next would be judged by the step that it was in.
  void turn_until(std::uint64_t end, std::size_t min_completed, latencies* into) {
    for (std::size_t completed = 0; clock_ < end || completed < min_completed;) {
      const std::size_t count = turn(into);
      completed += count;
      publish(count);
    }
  }

  /// How many publications have reached everybody.
  std::size_t turn(latencies* into) {
    std::size_t completed = 0;
    for (const epoll_event& event : epoll_.wait()) {
      if (event.data.u64 == subscribers_.size()) {
        uploads_->receive(shared_);
        continue;
      }
      subscriber& to = subscribers_[event.data.u64];
      to.subscription->receive(
          shared_, clock_, [&](std::string_view message) { completed += take(to, message, into); });
    }
    in_flight_ -= completed;
    return completed;
  }

  /// 1 where this was the last subscriber that it had to reach.
  std::size_t take(subscriber& to, std::string_view payload, latencies* into) {
    const std::uint32_t number = publications_.check(payload);
    if (number != to.next) throw std::runtime_error{"a publication was passed over or repeated"};
    ++to.next;
    ++deliveries_;
    flight& one = flights_[number % flights_.size()];
    if (into != nullptr) into->record(clock_ - one.sent_at);
    return --one.missing == 0 ? 1 : 0;
  }

  void publish(std::size_t count) {
    if (count == 0) return;
    std::string requests;
    clock_ = now_nanoseconds();
    for (std::size_t i = 0; i < count; ++i) {
      flights_[publications_.next_number() % flights_.size()] = {clock_, subscribers_.size()};
      requests += publications_.next_request();
    }
    in_flight_ += count;
    publisher_.send_all(requests);
  }

  report report_of(const reading& before, const reading& after, std::size_t resident) const {
    const auto deliveries = static_cast<double>(after.deliveries - before.deliveries);
    const auto wall = static_cast<double>(after.at - before.at);
    const auto server_cpu = static_cast<double>(after.server_cpu - before.server_cpu);
    report result;
    result.add("deliveries", after.deliveries - before.deliveries)
        .add("seconds", wall / 1e9)
        .add("rate", deliveries / (wall / 1e9))
        .add("publicationRate",
             deliveries / static_cast<double>(subscribers_.size()) / (wall / 1e9))
        .add("p50Us", latencies_.percentile_us(0.50))
        .add("p99Us", latencies_.percentile_us(0.99))
        .add("serverCpuNs", server_cpu / deliveries)
        .add("serverBusy", server_cpu / wall)
        .add("residentBytes", resident);
    return result;
  }

  const options& wanted_;
  server_process server_;
  publications publications_;
  epoll epoll_;
  std::vector<char> shared_;
  std::vector<flight> flights_;
  socket publisher_;
  std::unique_ptr<upload_line> uploads_;
  std::vector<subscriber> subscribers_;
  latencies latencies_;
  std::uint64_t clock_ = 0;
  std::uint64_t deliveries_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace

report measure_fan_out(const options& wanted) {
  return fan_out{wanted}.run();
}

}  // namespace sidewire::bench
