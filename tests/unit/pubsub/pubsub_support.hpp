#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "codec/encode.hpp"
#include "pubsub/exchange.hpp"
#include "pubsub/hub.hpp"
#include "pubsub/memory_broker.hpp"

/// Topics without threads or a network: shards are queues, subscribers write down what they get.
namespace sidewire::pubsub {

class silent_log final : public base::logger {
 public:
  silent_log() : logger{base::log_level::off} {}

 private:
  void write(base::log_level, std::string_view, std::initializer_list<base::log_field>) override {}
};

/// A subscriber with room for as many messages as a test gives it.
class scripted_subscriber final : public subscriber {
 public:
  explicit scripted_subscriber(std::vector<std::string> scopes = {})
      : who_{std::make_shared<principal>(principal{"tester", std::move(scopes)})} {}

  bool takes(std::size_t) const noexcept override { return room > 0; }
  void deliver(const base::shared_payload& message) override {
    REQUIRE(room > 0);
    --room;
    received.push_back(message);
  }
  format form() const noexcept override { return as; }
  const std::shared_ptr<const principal>& who() const noexcept override { return who_; }
  void become(std::vector<std::string> scopes) {
    who_ = std::make_shared<principal>(principal{"tester", std::move(scopes)});
  }

  /// What came since the last time: publications as "topic offset", notices as they are called.
  std::vector<std::string> take();

  std::size_t room = std::numeric_limits<std::size_t>::max();
  format as = format::json;
  std::vector<base::shared_payload> received;

 private:
  std::shared_ptr<const principal> who_;
};

/// A number that follows `name` in a message.
std::uint64_t number_in(std::string_view message, std::string_view name);
/// A text that follows `name` in a message; empty where there is none.
std::string text_in(std::string_view message, std::string_view name);
/// A message in short: "a/b 3", "a/b 3 delta 2", "a/b lagged 1-2", "a/b lost", "a/b closed slow".
std::string in_short(const base::payload& message);

/// A server's topics on some shards, the first of which is the home.
class topic_system {
 public:
  explicit topic_system(std::vector<topic_options> declared, std::size_t shard_count = 1,
                        base::limits bounds = {});
  ~topic_system();

  hub& shard(std::size_t index = 0) { return *hubs_[index]; }
  topics& publisher() noexcept { return topics_; }

  /// Publishes `{}`, or other params, as a client's call does. Its position once it is known.
  std::shared_ptr<position> publish(const std::string& topic, std::string_view params = "{}",
                                    const std::string& key = {});
  /// Subscribes, and begins at once when it is answered.
  struct answer {
    bool is_done = false;
    std::string error;  ///< kind, where it failed
    std::vector<topic_start> starts;
  };
  std::shared_ptr<answer> subscribe(subscriber& from, subscribe_request asked,
                                    std::size_t shard = 0);

  /// Runs one function that waits on a shard; false where none does.
  bool run_one(std::size_t shard);
  void run_all();
  void pass(std::chrono::milliseconds time);

  base::time_point now{};
  topics topics_;

 private:
  base::limits bounds_;
  silent_log log_;
  base::timer_queue timers_;
  memory_broker store_;
  std::vector<std::deque<std::function<void()>>> queues_;
  std::unique_ptr<exchange> exchange_;
  std::vector<std::unique_ptr<hub>> hubs_;
};

}  // namespace sidewire::pubsub
