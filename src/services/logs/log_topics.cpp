#include "services/logs/log_topics.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <deque>
#include <memory>
#include <utility>

#include "services/built_in_topic.hpp"
#include "services/logs/catalog.hpp"
#include "services/logs/file_watch.hpp"
#include "services/logs/followed_service.hpp"
#include "services/waiting.hpp"

namespace sidewire::services {
namespace logs {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view event = "logs.update";
constexpr std::size_t first_lines = 100;
constexpr history_options history{
    .max_count = 10'000, .max_bytes = std::size_t{4} * 1024 * 1024, .max_age = 1h};
/// Before publishing is tried again, where too much waits to be taken.
constexpr std::chrono::milliseconds retry_interval{50};

std::string topic_of(const std::string& service) {
  return "logs/" + service;
}

/// All services while they are followed and published. One file watch serves them, since a user may
/// have few.
class log_stream {
 public:
  log_stream(topics& published, const std::vector<log_source>& sources, executor_type executor)
      : topics_{published}, executor_{executor}, watch_{executor}, pause_{executor} {
    for (const log_source& source : sources) services_.emplace_back(source, watch_);
  }

  /// Opens the files, so that whatever is written from now on is new, and publishes what is not.
  void start() {
    for (followed_service& service : services_) {
      service.start(first_lines);
      const log_update update{service.name(), service.take(first_lines)};
      if (!update.entries.empty()) topics_.publish(topic_of(update.service), event, update);
    }
  }

  awaitable<void> run() {
    for (;;) {
      if (co_await publish_news()) co_await pause(gathering_time);
      const watch_event changed = co_await watch_.wait(look_interval);
      if (changed == watch_event::written) continue;
      for (followed_service& service : services_) service.look();
    }
  }

 private:
  /// Reads and publishes, a piece of each service in turn, until nothing is left; false without
  /// any.
  awaitable<bool> publish_news() {
    bool any = false;
    for (bool more = true; more; any = any || more) {
      more = false;
      for (followed_service& service : services_) {
        co_await publish_entries(service);
        if (service.read_piece()) more = true;
      }
      co_await boost::asio::post(executor_, use_awaitable);  // others' turn
    }
    co_return any;
  }

  /// The files keep what cannot be published yet.
  awaitable<void> publish_entries(followed_service& service) {
    const std::string topic = topic_of(service.name());
    for (auto entries = service.take(max_batch_entries); !entries.empty();
         entries = service.take(max_batch_entries)) {
      const log_update update{service.name(), std::move(entries)};
      while (!topics_.publish(topic, event, update)) co_await pause(retry_interval);
    }
  }

  awaitable<void> pause(std::chrono::milliseconds time) {
    pause_.expires_after(time);
    return pause_.async_wait(use_awaitable);
  }

  topics& topics_;
  executor_type executor_;
  file_watch watch_;
  steady_timer pause_;
  std::deque<followed_service> services_;
};

awaitable<void> run(std::shared_ptr<log_stream> stream) {
  co_await stream->run();
}

}  // namespace
}  // namespace logs

void publish_logs(topics& published, const logs_configuration& configuration,
                  service_thread& work) {
  const std::vector<log_source> sources = logs::catalog{configuration.sources}.all();
  for (const log_source& source : sources) {
    add_built_in(published, {.name = logs::topic_of(source.name),
                             .summary = "New lines of the log " + source.name + ".",
                             .events = {std::string{logs::event}},
                             .history = logs::history});
  }
  const auto stream = std::make_shared<logs::log_stream>(published, sources, work.executor());
  stream->start();
  work.spawn("logs", logs::run(stream));
}

}  // namespace sidewire::services
