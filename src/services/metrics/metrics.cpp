#include "services/metrics/metrics.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <memory>
#include <utility>

#include "services/built_in_topic.hpp"
#include "services/metrics/state.hpp"
#include "services/waiting.hpp"

namespace sidewire::services {
namespace {

using namespace std::chrono_literals;

constexpr const char* topic = "metrics";
constexpr const char* event = "metrics.update";
/// The last minute, for who comes later or was away.
constexpr history_options history{
    .max_count = 60, .max_bytes = std::size_t{1024} * 1024, .max_age = 1min};
/// What the first state for a new subscriber is measured over.
constexpr std::chrono::milliseconds first_span{250};

/// Measures while it is wanted. On the service thread, but for `demand_changed`.
class metrics_stream {
 public:
  metrics_stream(topics& published, std::chrono::milliseconds interval, executor_type executor)
      : topics_{published}, interval_{interval}, executor_{executor}, timer_{executor} {}

  /// Any thread.
  static void demand_changed(const std::shared_ptr<metrics_stream>& self, demand changed) {
    boost::asio::post(self->executor_, [self, changed] {
      self->is_wanted_ = changed == demand::begun;
      self->timer_.cancel();
    });
  }

  awaitable<void> run() {
    for (;;) {
      if (is_wanted_) co_await publish_while_wanted();
      if (!is_wanted_) co_await wait_until(clock::time_point::max());
    }
  }

 private:
  awaitable<void> publish_while_wanted() {
    metrics::machine_sample before = sampler_.take();
    clock::time_point next = clock::now() + std::min(interval_, first_span);
    for (;;) {
      co_await wait_until(next);
      if (!is_wanted_ || clock::now() < next) co_return;  // the demand has changed
      metrics::machine_sample now = sampler_.take();
      topics_.publish(topic, event, metrics::state_between(before, now));
      before = std::move(now);
      next = std::max(next + interval_, clock::now());
    }
  }

  /// Until then, or until the demand changes.
  awaitable<void> wait_until(clock::time_point when) {
    timer_.expires_at(when);
    boost::system::error_code ended;
    co_await timer_.async_wait(boost::asio::redirect_error(use_awaitable, ended));
  }

  topics& topics_;
  std::chrono::milliseconds interval_;
  executor_type executor_;
  steady_timer timer_;
  metrics::this_machine machine_;
  metrics::sampler sampler_{machine_};
  bool is_wanted_ = false;
};

awaitable<void> run(std::shared_ptr<metrics_stream> stream) {
  co_await stream->run();
}

}  // namespace

void publish_metrics(topics& published, std::chrono::milliseconds interval, service_thread& work) {
  if (interval <= 0ms) return;
  add_built_in(published, {.name = topic,
                           .summary = "The machine's CPU, memory, disks and network.",
                           .events = {event},
                           .history = history,
                           .is_delta = true});
  const auto stream = std::make_shared<metrics_stream>(published, interval, work.executor());
  published.on_demand(topic, [weak = std::weak_ptr{stream}](const std::string&, demand changed) {
    if (const auto self = weak.lock()) metrics_stream::demand_changed(self, changed);
  });
  work.spawn("metrics", run(stream));
}

}  // namespace sidewire::services
