#include "tests/unit/pubsub/pubsub_support.hpp"

#include <charconv>
#include <utility>

namespace sidewire::pubsub {

std::uint64_t number_in(std::string_view message, std::string_view name) {
  const std::string mark = "\"" + std::string{name} + "\":";
  const std::size_t at = message.rfind(mark);
  REQUIRE(at != message.npos);
  std::uint64_t number = 0;
  const auto rest = message.substr(at + mark.size());
  std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return number;
}

std::string text_in(std::string_view message, std::string_view name) {
  const std::string mark = "\"" + std::string{name} + "\":\"";
  const std::size_t at = message.rfind(mark);
  if (at == message.npos) return {};
  const auto rest = message.substr(at + mark.size());
  return std::string{rest.substr(0, rest.find('"'))};
}

std::string in_short(const base::payload& message) {
  const std::string_view text = message.bytes;
  const std::string topic = text_in(text, "topic");
  if (text.find("\"topic.closed\"") != text.npos)
    return topic + " closed " + text_in(text, "reason");
  if (text.find("\"missed\":null") != text.npos) return topic + " lost";
  if (text.find("\"topic.lagged\"") != text.npos) {
    CHECK(number_in(text, "missed") == number_in(text, "to") - number_in(text, "from") + 1);
    return topic + " lagged " + std::to_string(number_in(text, "from")) + "-" +
           std::to_string(number_in(text, "to"));
  }
  std::string shortened = topic + " " + std::to_string(number_in(text, "offset"));
  if (text.find("\"base\":") != text.npos) {
    shortened += " delta " + std::to_string(number_in(text, "base"));
  }
  return shortened;
}

std::vector<std::string> scripted_subscriber::take() {
  std::vector<std::string> told;
  for (const auto& message : std::exchange(received, {})) told.push_back(in_short(*message));
  return told;
}

topic_system::topic_system(std::vector<topic_options> declared, std::size_t shard_count,
                           base::limits bounds)
    : bounds_{bounds}, store_{"epoch", [this] { return now; }}, queues_(shard_count) {
  for (topic_options& one : declared) topics_.add(std::move(one));
  exchange_ = std::make_unique<exchange>(exchange::environment{.declared = topics_.internals(),
                                                               .store = store_,
                                                               .timers = timers_,
                                                               .now = [this] { return now; },
                                                               .bounds = bounds_,
                                                               .log = log_});
  topics_.internals().entry.open(bounds_.max_waiting_publish_bytes, [this] {
    queues_[0].push_back([this] { exchange_->publish_waiting(); });
  });
  for (std::size_t index = 0; index < shard_count; ++index) {
    hubs_.push_back(
        std::make_unique<hub>(topics_.internals().declared, bounds_, [this] { return now; }));
    const auto post_to = [this](std::size_t shard) {
      return
          [this, shard](std::function<void()> work) { queues_[shard].push_back(std::move(work)); };
    };
    const bool is_home = index == 0;
    outlet& way = exchange_->add(*hubs_[index], is_home ? hub::post_function{} : post_to(index));
    hubs_[index]->connect(
        *exchange_, way,
        is_home ? [](std::function<void()> work) { work(); } : hub::post_function{post_to(0)});
  }
}

topic_system::~topic_system() {
  for (const auto& one : hubs_) one->end();
  exchange_->end();
}

std::shared_ptr<position> topic_system::publish(const std::string& topic, std::string_view params,
                                                const std::string& key) {
  auto where = std::make_shared<position>();
  const std::string event = topics_.internals().declared.find(topic)->events.front();
  exchange_->publish({topic, event, params_of_publication({params, format::json}), key},
                     [where](result<position> done) {
                       REQUIRE(done);
                       CHECK(where->offset == 0);
                       *where = *done;
                     });
  return where;
}

std::shared_ptr<topic_system::answer> topic_system::subscribe(subscriber& from,
                                                              subscribe_request asked,
                                                              std::size_t shard) {
  auto given = std::make_shared<answer>();
  hub& at = *hubs_[shard];
  const std::string topic = asked.topic;
  at.subscribe(from, std::move(asked), [&, given, topic](result<std::vector<topic_start>> outcome) {
    CHECK_FALSE(given->is_done);
    given->is_done = true;
    if (outcome) {
      given->starts = *std::move(outcome);
      at.begin(from, topic);
    } else {
      given->error = name_of(outcome.error().kind());
    }
  });
  return given;
}

bool topic_system::run_one(std::size_t shard) {
  if (queues_[shard].empty()) return false;
  const auto next = std::move(queues_[shard].front());
  queues_[shard].pop_front();
  next();
  return true;
}

void topic_system::run_all() {
  for (bool ran = true; ran;) {
    ran = false;
    for (std::size_t shard = 0; shard < queues_.size(); ++shard) ran = run_one(shard) || ran;
  }
}

void topic_system::pass(std::chrono::milliseconds time) {
  now += time;
  timers_.run_expired(now);
}

}  // namespace sidewire::pubsub
