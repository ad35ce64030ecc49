#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/pubsub/pubsub_support.hpp"

/// Random publications, subscriptions and readers on shards that run in random order, against what
/// the protocol says of them in section 8.
namespace sidewire::pubsub {
namespace {

constexpr std::uint64_t history_count = 5;
const std::vector<std::string> names{"t/plain", "t/other", "t/history", "t/kept", "alone"};
const std::vector<std::string> patterns{"t/plain", "t/other", "t/history", "t/kept",
                                        "alone",   "t/*",     "**"};

std::vector<topic_options> declared_topics() {
  return {{.name = names[0], .events = {"e"}},
          {.name = names[1], .events = {"e"}},
          {.name = names[2], .events = {"e"}, .history = {.max_count = history_count}},
          {.name = names[3], .events = {"e"}, .retains_last = true},
          {.name = names[4], .events = {"e"}, .history = {.max_count = history_count}}};
}

/// What was published: of each topic the key of each offset, from 1.
using ledger = std::map<std::string, std::vector<std::string>>;

/// What one reader may expect of one topic.
struct expectation {
  bool is_begun = false;
  std::uint64_t first = 1;
  std::uint64_t next = 1;
  std::uint64_t buffer = 100;
  bool is_latest_since_first = false;
  std::set<std::uint64_t> delivered = {};
};

class reader {
 public:
  reader(topic_system& system, std::size_t shard, const ledger& published)
      : system_{system}, shard_{shard}, published_{published} {}

  void subscribe(subscribe_request asked, bool begins_late) {
    may_be_ended_ = may_be_ended_ || asked.options.policy == slow_policy::disconnect;
    const std::string pattern = asked.topic;
    if (!pending_.insert(pattern).second) return;
    const subscription_options options = asked.options;
    const bool says_since = asked.since.from != since_point::kind::now;
    system_.shard(shard_).subscribe(self_, std::move(asked),
                                    [=, this](result<std::vector<topic_start>> outcome) {
                                      pending_.erase(pattern);
                                      if (!outcome) return;
                                      check();
                                      subscriptions_.insert(pattern);
                                      for (const topic_start& start : *outcome)
                                        begin_at(start, options, says_since);
                                      if (begins_late) return late_.push_back(pattern);
                                      begin(pattern);
                                    });
  }

  /// Writes the answers that were put off.
  void begin_late() {
    check();
    for (const std::string& pattern : std::exchange(late_, {})) begin(pattern);
  }

  void unsubscribe(const std::string& pattern) {
    check();
    hand_over(pattern);
    (void)system_.shard(shard_).unsubscribe(self_, pattern);
    subscriptions_.erase(pattern);
    std::erase(late_, pattern);
    check();
    forget_uncovered();
  }

  void give_room(std::size_t room) {
    self_.room = room;
    system_.shard(shard_).catch_up(self_);
    check();
  }

  /// Judges what came.
  void check() {
    for (const auto& message : std::exchange(self_.received, {})) {
      const std::string told = in_short(*message);
      CAPTURE(told);
      const std::string subject = text_in(message->bytes, "topic");
      if (told.ends_with("closed slow")) {
        REQUIRE(subscriptions_.erase(subject) == 1);
        hand_over(subject);
        forget_uncovered();
        continue;
      }
      const auto found = topics_.find(subject);
      REQUIRE(found != topics_.end());
      REQUIRE(found->second.is_begun);
      told.find("lagged") != told.npos ? check_gap(found->first, found->second, message->bytes)
                                       : check_publication(found->second, message->bytes);
    }
  }

  /// Everything was delivered that was not told to be missed.
  void check_end() {
    begin_late();
    give_room(1'000'000);
    for (const auto& [topic, expected] : topics_) {
      CAPTURE(topic);
      CHECK(expected.next == published_.at(topic).size() + 1);
      if (expected.is_latest_since_first) check_keys(published_.at(topic), expected);
    }
  }

 private:
  void begin_at(const topic_start& start, const subscription_options& options, bool says_since) {
    const bool is_known = topics_.contains(start.topic);
    expectation& expected = topics_[start.topic];
    const bool is_latest = options.policy == slow_policy::latest;
    const bool goes_on = is_known && !says_since && start.offset + 1 == expected.next;
    // One that has ended for being slow, and has not been told so yet, begins anew.
    if (is_known && !says_since && !goes_on) REQUIRE(may_be_ended_);
    if (goes_on) {
      expected.is_latest_since_first = expected.is_latest_since_first && is_latest;
    } else {
      expected = {.first = start.offset + 1, .is_latest_since_first = is_latest};
    }
    expected.next = start.offset + 1;
    // A larger buffer brings nothing back.
    const std::uint64_t buffer = is_latest ? 0 : options.buffer;
    expected.buffer = is_known ? std::min(buffer, expected.buffer) : buffer;
    expected.is_begun = false;
  }

  void begin(const std::string& pattern) {
    for (auto& [topic, expected] : topics_) {
      expected.is_begun = expected.is_begun || topic_pattern{pattern}.fits(topic);
    }
    system_.shard(shard_).begin(self_, pattern);
    check();
  }

  /// A gap begins where the reader is, and what is dropped has been pushed out by newer ones.
  void check_gap(const std::string& topic, expectation& expected, std::string_view message) {
    REQUIRE(number_in(message, "from") == expected.next);
    const std::uint64_t to = number_in(message, "to");
    const bool has_history = topic == names[2] || topic == names[4];
    const std::uint64_t kept =
        std::max<std::uint64_t>(expected.buffer, has_history ? history_count : 0);
    // Where one may have ended in between, a wider one with a smaller buffer has stood in for it.
    if (!may_be_ended_) REQUIRE(to + kept <= published_.at(topic).size());
    expected.next = to + 1;
  }

  void check_publication(expectation& expected, std::string_view message) {
    REQUIRE(number_in(message, "offset") == expected.next);
    REQUIRE(expected.delivered.insert(expected.next).second);
    ++expected.next;
  }

  void check_keys(const std::vector<std::string>& keys, const expectation& expected) {
    std::map<std::string, std::uint64_t> newest;
    for (std::uint64_t offset = expected.first; offset <= keys.size(); ++offset) {
      newest[keys[offset - 1]] = offset;
    }
    for (const auto& [key, offset] : newest) CHECK(expected.delivered.contains(offset));
  }

  /// What is handed to a wider subscription goes on under its options, without an answer.
  void hand_over(const std::string& pattern) {
    for (auto& [topic, expected] : topics_) {
      if (!topic_pattern{pattern}.fits(topic)) continue;
      expected.is_begun = true;
      expected.is_latest_since_first = false;
      expected.buffer = 0;
    }
  }

  void forget_uncovered() {
    std::erase_if(topics_, [&](const auto& one) {
      return std::ranges::none_of(subscriptions_, [&](const std::string& pattern) {
        return topic_pattern{pattern}.fits(one.first);
      });
    });
    for (auto& [topic, expected] : topics_) expected.is_latest_since_first = false;
  }

  topic_system& system_;
  std::size_t shard_;
  const ledger& published_;
  std::map<std::string, expectation> topics_;
  std::set<std::string> subscriptions_;
  std::set<std::string> pending_;
  std::vector<std::string> late_;  // answers that are not written yet
  bool may_be_ended_ = false;      // it has asked for `disconnect`
  scripted_subscriber self_;
};

class random_run {
 public:
  explicit random_run(unsigned seed) : random_{seed} {
    for (const std::string& name : names) published_[name];
    for (std::size_t index = 0; index < 4; ++index) {
      readers_.push_back(std::make_unique<reader>(system_, index % shard_count, published_));
    }
  }

  void run(int steps) {
    while (steps-- > 0) step();
    system_.run_all();
    for (const std::string& name : names) publish(name);
    system_.run_all();
    for (const auto& one : readers_) one->check_end();
    readers_.clear();
    system_.run_all();
    for (std::size_t shard = 0; shard < shard_count; ++shard) {
      CHECK(system_.shard(shard).topic_count() == 0);
    }
  }

 private:
  static constexpr std::size_t shard_count = 3;

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
  }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  void step() {
    const std::size_t index = below(readers_.size());
    reader& who = *readers_[index];
    switch (below(10)) {
      case 0:
        return who.subscribe(request(index % 2 == 0), below(3) == 0);
      case 1:
        return below(3) == 0 ? who.unsubscribe(one_of(patterns)) : who.begin_late();
      case 2:
        return who.give_room(below(2) == 0 ? 0 : below(12));
      case 3:
      case 4:
      case 5:
        return publish(one_of(names));
      default:
        system_.run_one(below(shard_count));
        for (const auto& one : readers_) one->check();
    }
  }

  subscribe_request request(bool may_end) {
    using kind = since_point::kind;
    std::vector policies{slow_policy::drop_oldest, slow_policy::latest};
    if (may_end) policies.push_back(slow_policy::disconnect);
    subscribe_request asked{.topic = one_of(patterns)};
    asked.options = {.policy = one_of(policies),
                     .buffer = static_cast<std::uint32_t>(1 + below(8))};
    if (below(2) == 0) asked.since.from = one_of(std::vector{kind::first, kind::position});
    asked.since.at = {below(9) == 0 ? "another" : "epoch", below(20)};
    return asked;
  }

  void publish(const std::string& name) {
    const std::string key = one_of(std::vector<std::string>{"x", "y", "z"});
    published_[name].push_back(key);
    CHECK(system_.publish(name, "{}", key)->offset == published_[name].size());
  }

  std::mt19937 random_;
  ledger published_;
  topic_system system_{declared_topics(), shard_count};
  std::vector<std::unique_ptr<reader>> readers_;
};

}  // namespace

TEST_CASE(
    "whatever readers and shards do, each gets everything once and in order, or is told what not") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_run{seed}.run(400);
  }
}

}  // namespace sidewire::pubsub
