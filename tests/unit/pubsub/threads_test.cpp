#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "tests/unit/pubsub/pubsub_support.hpp"

/// Topics on real threads, for the sanitizer of threads as much as for their order.
namespace sidewire::pubsub {
namespace {

constexpr std::size_t shard_count = 3;
constexpr std::size_t publisher_count = 2;
constexpr std::uint64_t publications_each = 500;
constexpr std::uint64_t publication_count = publisher_count * publications_each;

struct item {
  std::uint64_t publisher = 0;
  std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(item, (), (publisher, number))

/// A thread that runs what is posted, in order, and at its end what is left.
class worker {
 public:
  void post(std::function<void()> work) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(work));
    }
    wake_.notify_one();
  }
  /// Runs `work` on the thread, and waits for it.
  void run(const std::function<void()>& work) {
    std::promise<void> ran;
    post([&] {
      work();
      ran.set_value();
    });
    ran.get_future().wait();
  }
  void stop() {
    post([this] { stopped_ = true; });
    thread_.join();
  }

 private:
  void loop() {
    while (!stopped_) {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return !waiting_.empty(); });
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      next();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopped_ = false;  // on the thread alone
  std::thread thread_{[this] { loop(); }};
};

/// Counts what comes, each publisher's in its order, and says when all has come.
class counting_subscriber final : public subscriber {
 public:
  explicit counting_subscriber(format as) : format_{as} {}

  bool takes(std::size_t) const noexcept override { return true; }
  void deliver(const base::shared_payload& message) override {
    bytes_ += message->bytes.size();
    if (format_ == format::json) {
      in_order_ = in_order_ && number_in(message->bytes, "number") ==
                                   next_[number_in(message->bytes, "publisher")]++;
    }
    if (++count_ == publication_count) all_.set_value(in_order_);
  }
  format form() const noexcept override { return format_; }
  const std::shared_ptr<const principal>& who() const noexcept override { return who_; }
  std::future<bool> all() { return all_.get_future(); }

 private:
  format format_;
  std::shared_ptr<const principal> who_ = std::make_shared<principal>();
  std::uint64_t next_[publisher_count] = {};
  std::uint64_t count_ = 0;
  std::size_t bytes_ = 0;
  bool in_order_ = true;
  std::promise<bool> all_;
};

}  // namespace

TEST_CASE("subscribers on all threads get what all threads publish, each publisher's in order") {
  topics declared;
  declared.add({.name = "t", .events = {"e"}});
  const base::limits bounds;
  silent_log log;
  base::timer_queue timers;
  const auto now = [] { return base::time_point{}; };
  memory_broker store{"epoch", now};
  exchange home{{.declared = declared.internals(),
                 .store = store,
                 .timers = timers,
                 .now = now,
                 .bounds = bounds,
                 .log = log}};
  std::deque<worker> workers(shard_count);
  std::deque<hub> hubs;
  const auto post_to = [&](std::size_t index) {
    return [&shard = workers[index]](std::function<void()> work) { shard.post(std::move(work)); };
  };
  for (std::size_t index = 0; index < shard_count; ++index) {
    hub& added = hubs.emplace_back(declared.internals().declared, bounds, now);
    outlet& way = home.add(added, index == 0 ? hub::post_function{} : post_to(index));
    if (index == 0) {
      added.connect(home, way, [](const std::function<void()>& work) { work(); });
    } else {
      added.connect(home, way, post_to(0));
    }
  }
  declared.internals().entry.open(bounds.max_waiting_publish_bytes,
                                  [&] { workers[0].post([&] { home.publish_waiting(); }); });

  std::deque<counting_subscriber> readers;
  std::vector<std::future<bool>> complete;
  for (std::size_t index = 0; index < 2 * shard_count; ++index) {
    const std::size_t shard = index % shard_count;
    auto& reader = readers.emplace_back(index < shard_count ? format::json : format::msgpack);
    complete.push_back(reader.all());
    std::promise<void> begun;
    workers[shard].post([&, &at = hubs[shard]] {
      at.subscribe(reader, {.topic = index % 2 == 0 ? "t" : "*"}, [&](const auto& outcome) {
        CHECK(outcome.has_value());
        at.begin(reader, index % 2 == 0 ? "t" : "*");
        begun.set_value();
      });
    });
    begun.get_future().wait();
  }

  std::vector<std::thread> publishers;
  for (std::uint64_t publisher = 0; publisher < publisher_count; ++publisher) {
    publishers.emplace_back([&declared, publisher] {
      for (std::uint64_t number = 0; number < publications_each; ++number) {
        (void)declared.publish("t", "e", item{publisher, number});
      }
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  for (auto& reader : complete) {
    REQUIRE(reader.wait_for(std::chrono::seconds{60}) == std::future_status::ready);
    CHECK(reader.get());
  }

  workers[0].run([&] { home.end(); });
  for (std::size_t shard = 0; shard < shard_count; ++shard) {
    workers[shard].run([&] { hubs[shard].end(); });
  }
  for (worker& one : workers) one.stop();
}

}  // namespace sidewire::pubsub
