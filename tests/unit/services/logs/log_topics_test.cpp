#include "services/logs/log_topics.hpp"

#include <doctest/doctest.h>

#include <map>
#include <semaphore>
#include <stdexcept>

#include "codec/decode.hpp"
#include "pubsub/topics.hpp"
#include "tests/unit/pubsub/pubsub_support.hpp"
#include "tests/unit/services/logs/temporary_directory.hpp"

namespace sidewire::services {
namespace {

using lines = std::vector<std::string>;

struct published_logs {
  published_logs() {
    published.internals().entry.open(max_waiting_bytes, [&] { came.release(); });
  }

  void begin() {
    publish_logs(published,
                 {.sources = {{.name = "app", .path = directory.path("app.log")},
                              {.name = "all", .path = directory.path("*.log")}}},
                 work);
  }

  /// The lines that were published to a topic so far, once there are so many.
  lines published_to(const std::string& topic, std::size_t count) {
    take();
    while (found[topic].size() < count) {
      REQUIRE(came.try_acquire_for(std::chrono::seconds{30}));
      take();
    }
    return found[topic];
  }

  void take() {
    for (const pubsub::draft& draft : published.internals().entry.take()) {
      CHECK(draft.event == "logs.update");
      logs::log_update update;
      REQUIRE(codec::decode(*draft.params, describe<logs::log_update>(), &update));
      CHECK(draft.topic == "logs/" + update.service);
      CHECK(!update.entries.empty());
      CHECK(draft.size_bytes() < 1'000'000);
      ++publication_count;
      for (const logs::log_entry& entry : update.entries) found[draft.topic].push_back(entry.line);
    }
  }

  static constexpr std::size_t max_waiting_bytes = 1'000'000;

  logs::temporary_directory directory;
  std::counting_semaphore<> came{0};
  topics published;
  std::map<std::string, lines> found;
  int publication_count = 0;
  pubsub::silent_log log;
  service_thread work{log};
};

}  // namespace

TEST_CASE_FIXTURE(published_logs, "each log has a topic, which begins with its last lines") {
  std::string text;
  for (int index = 0; index < 150; ++index) text += std::to_string(index) + "\n";
  directory.write("app.log", text + "unfin");
  begin();
  CHECK(published_to("logs/app", 100).front() == "50");
  CHECK(published_to("logs/app", 100).back() == "149");
  directory.append("app.log", "ished\n");
  CHECK(published_to("logs/app", 101).back() == "unfinished");
  CHECK(published_to("logs/all", 101).back() == "unfinished");
}

TEST_CASE_FIXTURE(published_logs, "a log that comes later is published from its beginning") {
  begin();
  directory.write("app.log", "one\n");
  CHECK(published_to("logs/app", 1) == lines{"one"});
  directory.write("other.log", "two\n");
  CHECK(published_to("logs/all", 2) == lines{"one", "two"});
}

TEST_CASE_FIXTURE(published_logs,
                  "a rotated log is published whole, by every service that has it") {
  directory.write("app.log", "one\n");
  begin();
  published_to("logs/app", 1);
  directory.append("app.log", "two\n");
  directory.rename("app.log", "app.log.1");
  directory.write("app.log", "three\n");
  CHECK(published_to("logs/app", 3) == lines{"one", "two", "three"});
  CHECK(published_to("logs/all", 3) == lines{"one", "two", "three"});
  directory.append("app.log", "four\n");
  CHECK(published_to("logs/all", 4).back() == "four");
}

TEST_CASE_FIXTURE(published_logs,
                  "lines that come fast go together, and wait where too much does") {
  directory.write("app.log", "");
  begin();
  lines written;
  std::string text;
  for (int index = 0; index < 30'000; ++index) {
    written.push_back("a line of an ordinary length " + std::to_string(index));
    text += written.back() + "\n";
  }
  directory.append("app.log", text);
  CHECK(published_to("logs/app", written.size()) == written);
  CHECK(published_to("logs/all", written.size()) == written);
  CHECK(publication_count < 1000);
}

TEST_CASE_FIXTURE(published_logs, "a topic that was declared before stays as it is") {
  directory.write("app.log", "one\n");
  published.add({.name = "logs/app", .events = {"logs.update"}, .subscribe_scope = "ops"});
  begin();
  CHECK(published.internals().declared.find("logs/app")->subscribe_scope == "ops");
  CHECK(published.internals().declared.find("logs/all")->history.max_count > 0);
  CHECK(published_to("logs/app", 1) == lines{"one"});
}

TEST_CASE_FIXTURE(published_logs, "a topic that was declared without the event is refused") {
  published.add({.name = "logs/app", .events = {"other"}});
  CHECK_THROWS_AS(begin(), std::invalid_argument);
}

}  // namespace sidewire::services
