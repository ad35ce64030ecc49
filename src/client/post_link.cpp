#include "client/post_link.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "client/http_connection.hpp"
#include "client/thread_signals.hpp"

namespace sidewire::client {

namespace {

using runner = std::function<void(std::function<void()>)>;

class post_link final : public link {
 public:
  post_link(endpoint where, const client_options& options, link_user& user, runner run_on_client)
      : where_{std::move(where)},
        options_{options},
        user_{user},
        run_on_client_{std::move(run_on_client)} {}

  ~post_link() override { finish_workers(); }

  void open() override { user_.on_open(); }

  void send(shared_message message) override {
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    user_.on_sending(message->exchange);
    queue_.push_back(std::move(message));
    const bool may_grow =
        workers_.empty() || workers_.size() < options_.limits.max_post_connections;
    if (idle_ < queue_.size() && may_grow) {
      auto& added = workers_.emplace_back(std::make_unique<worker>(where_, options_));
      added->thread = std::thread{[this, &self = *added] { work(self); }};
    }
    wake_.notify_one();
  }

  cancelling cancel(exchange_id exchange, std::size_t) override {
    const std::lock_guard lock{mutex_};
    std::erase_if(queue_, [exchange](const auto& queued) { return queued->exchange == exchange; });
    for (const auto& one : workers_) {
      if (one->current == exchange) abandon(*one);
    }
    return cancelling::done;
  }

  void close() override {
    {
      const std::lock_guard lock{mutex_};
      if (std::exchange(closed_, true)) return;
      queue_.clear();
      for (const auto& one : workers_) abandon(*one);
    }
    wake_.notify_all();
    user_.on_closed(error{error_kind::unavailable, "the client was closed"});
  }

 private:
  struct worker {
    worker(const endpoint& where, const client_options& options) : http{where, options} {}
    http_connection http;
    exchange_id current = no_exchange;  // guarded by mutex_; no_exchange: nobody waits any more
    bool writing = false;               // guarded by mutex_; the request has begun to leave
    std::thread thread;
  };

  /// While a worker still connects, stopping it would wait for that: it then asks `wanted` itself.
  static void abandon(worker& one) {
    if (one.current != no_exchange && one.writing) one.http.stop();
    one.current = no_exchange;
  }

  void work(worker& self) {
    block_signals_of_this_thread();
    while (auto message = next(self)) {
      const exchange_id exchange = message->exchange;
      auto answer = std::make_shared<http_response>(
          self.http.exchange(*message, [this, &self, exchange] { return wanted(self, exchange); }));
      message.reset();
      run_on_client_([this, exchange, answer] { tell(exchange, *answer); });
    }
  }

  /// Null at the end.
  shared_message next(worker& self) {
    std::unique_lock lock{mutex_};
    ++idle_;
    wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    --idle_;
    if (closed_) return {};
    shared_message message = std::move(queue_.front());
    queue_.pop_front();
    self.current = message->exchange;
    self.writing = false;
    return message;
  }

  bool wanted(worker& self, exchange_id exchange) {
    const std::lock_guard lock{mutex_};
    self.writing = self.current == exchange;
    return self.writing;
  }

  /// The client's thread. What nobody waits for any more is unknown to the user, which ignores it.
  void tell(exchange_id exchange, const http_response& answer) {
    if (answer.failed) return user_.on_failed(exchange, *answer.failed);
    if (!answer.body.empty()) user_.on_message(answer.body.view(), answer.written_as, exchange);
    user_.on_sent(exchange);
  }

  void finish_workers() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
      for (const auto& one : workers_) abandon(*one);
    }
    wake_.notify_all();
    for (const auto& one : workers_) one->thread.join();
  }

  endpoint where_;
  const client_options& options_;
  link_user& user_;
  runner run_on_client_;
  std::mutex mutex_;  // guards what follows, to the end of the queue
  std::condition_variable wake_;
  bool closed_ = false;
  std::size_t idle_ = 0;  // workers that wait for a message
  std::deque<shared_message> queue_;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace

std::unique_ptr<link> create_post_link(const endpoint& where, const client_options& options,
                                       link_user& user, runner run_on_client) {
  return std::make_unique<post_link>(where, options, user, std::move(run_on_client));
}

}  // namespace sidewire::client
