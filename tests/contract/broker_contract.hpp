#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pubsub/broker.hpp"

/// What every broker keeps to. A broker's test instantiates it with a fixture that has
///
///     broker& store();
///     void settle();                              // lets everything under way complete
///     void pass(std::chrono::milliseconds time);  // on the broker's clock
///
///     TEST_CASE_TEMPLATE_INVOKE(broker_contract, my_fixture);

namespace sidewire::pubsub::contract {

/// What arrived, as "topic offset event".
class recording_sink final : public broker::sink {
 public:
  void on_publication(const shared_publication& what) override {
    told.push_back(what->topic() + " " + std::to_string(what->offset()) + " " + what->event());
  }
  void on_lost(const std::string& topic, const position& last) override {
    told.push_back(topic + " lost at " + std::to_string(last.offset));
  }

  std::vector<std::string> told;
};

template <class Fixture>
struct broker_driver {
  Fixture fixture;

  position publish(const topic_options& declared, const std::string& event,
                   std::string_view params = "{}") {
    std::optional<position> where;
    fixture.store().publish(
        {declared.name, event, params_of_publication({params, format::json}), ""}, declared,
        [&](result<position> done) {
          REQUIRE(done);
          REQUIRE_FALSE(where);
          where = *done;
        });
    fixture.settle();
    REQUIRE(where);
    return *where;
  }

  broker::snapshot join(const topic_options& declared, broker::sink& to) {
    std::optional<broker::snapshot> answer;
    fixture.store().join(declared.name, declared, to, [&](result<broker::snapshot> done) {
      REQUIRE(done);
      answer = *std::move(done);
    });
    fixture.settle();
    REQUIRE(answer);
    return *answer;
  }

  broker::page history(const topic_options& declared, std::optional<position> since = {},
                       std::size_t limit = 100) {
    std::optional<broker::page> answer;
    fixture.store().history(declared.name, declared, since, limit, [&](result<broker::page> done) {
      REQUIRE(done);
      answer = *std::move(done);
    });
    fixture.settle();
    REQUIRE(answer);
    return *answer;
  }
};

inline std::vector<std::uint64_t> offsets_of(const std::vector<shared_publication>& given) {
  std::vector<std::uint64_t> offsets;
  for (const auto& one : given) offsets.push_back(one->offset());
  return offsets;
}

using offsets = std::vector<std::uint64_t>;
using texts = std::vector<std::string>;

TEST_CASE_TEMPLATE_DEFINE("a broker", Fixture, broker_contract) {
  using namespace std::chrono_literals;
  broker_driver<Fixture> driver;
  recording_sink sink;
  topic_options topic{.name = "a/b", .events = {"e", "f"}};

  SUBCASE("counts the publications of each topic from 1, in one epoch") {
    const topic_options other{.name = "c", .events = {"e"}};
    const position first = driver.publish(topic, "e");
    CHECK(first.offset == 1);
    CHECK_FALSE(first.epoch.empty());
    CHECK(driver.publish(topic, "e") == position{first.epoch, 2});
    CHECK(driver.publish(other, "e").offset == 1);
  }
  SUBCASE("says where a topic stands that was never published to: at 0") {
    const auto snapshot = driver.join(topic, sink);
    CHECK(snapshot.last.offset == 0);
    CHECK_FALSE(snapshot.last.epoch.empty());
    CHECK(snapshot.kept.empty());
    CHECK(snapshot.unheard == 1);
    CHECK(driver.history(topic).last.offset == 0);
  }
  SUBCASE("tells a sink what is published from its snapshot on, once and in order") {
    driver.publish(topic, "e");
    CHECK(driver.join(topic, sink).last.offset == 1);
    driver.publish(topic, "f");
    driver.publish(topic, "e");
    CHECK(sink.told == texts{"a/b 2 f", "a/b 3 e"});
  }
  SUBCASE("tells each of several sinks") {
    recording_sink other;
    driver.join(topic, sink);
    driver.join(topic, other);
    driver.publish(topic, "e");
    CHECK(sink.told == texts{"a/b 1 e"});
    CHECK(other.told == sink.told);
  }
  SUBCASE("tells a sink nothing of topics that it has not joined or has left") {
    driver.join(topic_options{.name = "c", .events = {"e"}}, sink);
    driver.join(topic, sink);
    driver.fixture.store().leave(topic.name, sink);
    driver.publish(topic, "e");
    CHECK(sink.told.empty());
  }
  SUBCASE("counts on when everybody has left") {
    driver.join(topic, sink);
    driver.publish(topic, "e");
    driver.fixture.store().leave(topic.name, sink);
    CHECK(driver.publish(topic, "e").offset == 2);
  }
  SUBCASE("gives who joins again a newer snapshot, and each publication once all the same") {
    driver.join(topic, sink);
    driver.publish(topic, "e");
    CHECK(driver.join(topic, sink).last.offset == 1);
    driver.publish(topic, "f");
    CHECK(sink.told == texts{"a/b 1 e", "a/b 2 f"});
  }
  SUBCASE("keeps what was published as it was given") {
    topic.history.max_count = 1;
    driver.publish(topic, "f", R"({"a": [1, "x"]})");
    const auto kept = driver.join(topic, sink).kept;
    REQUIRE(kept.size() == 1);
    CHECK(kept[0]->topic() == "a/b");
    CHECK(kept[0]->event() == "f");
    CHECK(kept[0]->params()->text() == R"({"a": [1, "x"]})");
  }
  SUBCASE("keeps no more than a history's count") {
    topic.history.max_count = 2;
    for (int i = 0; i < 5; ++i) driver.publish(topic, "e");
    CHECK(offsets_of(driver.join(topic, sink).kept) == offsets{4, 5});
  }
  SUBCASE("keeps no more than a history's bytes") {
    topic.history = {.max_count = 100, .max_bytes = 250};
    const std::string params = R"({"text": ")" + std::string(80, 'x') + R"("})";
    for (int i = 0; i < 5; ++i) driver.publish(topic, "e", params);
    CHECK(offsets_of(driver.join(topic, sink).kept) == offsets{4, 5});
  }
  SUBCASE("keeps nothing beyond a history's age") {
    topic.history = {.max_count = 100, .max_age = 1s};
    driver.publish(topic, "e");
    driver.fixture.pass(600ms);
    driver.publish(topic, "e");
    driver.fixture.pass(600ms);
    CHECK(offsets_of(driver.join(topic, sink).kept) == offsets{2});
  }
  SUBCASE("keeps the last publication of a topic that retains it") {
    topic.retains_last = true;
    for (int i = 0; i < 3; ++i) driver.publish(topic, "e");
    CHECK(offsets_of(driver.join(topic, sink).kept) == offsets{3});
  }
  SUBCASE("keeps what comes before the first subscriber, for the first subscriber") {
    topic.max_queue_count = 2;
    for (int i = 0; i < 3; ++i) driver.publish(topic, "e");
    const auto first = driver.join(topic, sink);
    CHECK(offsets_of(first.kept) == offsets{2, 3});
    CHECK(first.unheard == 2);
    recording_sink later;
    const auto second = driver.join(topic, later);
    CHECK(second.kept.empty());
    CHECK(second.unheard == 4);
  }
  SUBCASE("reads the history from behind a position, oldest first, in pages") {
    topic.history.max_count = 10;
    std::string epoch;
    for (int i = 0; i < 5; ++i) epoch = driver.publish(topic, "e").epoch;
    const auto page = driver.history(topic, position{epoch, 2}, 2);
    CHECK(offsets_of(page.publications) == offsets{3, 4});
    CHECK(page.last == position{epoch, 5});
    CHECK(driver.history(topic, position{epoch, 5}).publications.empty());
    CHECK(driver.history(topic, position{epoch, 99}).publications.empty());
    CHECK(driver.history(topic).publications.size() == 5);
  }
  SUBCASE("reads the whole history for a position of another epoch") {
    topic.history.max_count = 10;
    driver.publish(topic, "e");
    CHECK(driver.history(topic, position{"another", 7}).publications.size() == 1);
  }
  SUBCASE("has the patches of a delta topic from one publication to the next") {
    topic.is_delta = true;
    driver.join(topic, sink);
    topic.history.max_count = 10;
    const std::string padding = R"("padding":")" + std::string(100, 'x') + "\"";
    driver.publish(topic, "e", R"({"a":1,)" + padding + "}");
    driver.publish(topic, "e", R"({"a":2,)" + padding + "}");
    const auto kept = driver.history(topic).publications;
    REQUIRE(kept.size() == 2);
    CHECK(kept[0]->delta(format::json) == nullptr);
    REQUIRE(kept[1]->delta(format::json) != nullptr);
    CHECK(kept[1]->delta(format::json)->bytes ==
          R"({"jsonrpc":"2.0","method":"e","params":{"a":2,"_meta":)"
          R"({"topic":"a/b","offset":2,"delta":{"base":1}}}})");
  }
}

}  // namespace sidewire::pubsub::contract
