#include "pubsub/topic_name.hpp"

#include <doctest/doctest.h>

#include "pubsub/catalog.hpp"

namespace sidewire::pubsub {
namespace {

bool fits(const char* pattern, std::string_view topic) {
  REQUIRE_FALSE(problem_of_topic_pattern(pattern));
  return topic_pattern{pattern}.fits(topic);
}

}  // namespace

TEST_CASE("a topic's name is a path of levels without stars") {
  for (const auto* name : {"metrics", "logs/vercel", "serial/ttyUSB0", "a b/ü"}) {
    CAPTURE(name);
    CHECK_FALSE(problem_of_topic_name(name));
  }
  for (const auto* name : {"", "/", "a/", "/a", "a//b", "a*", "*", "a/**", "a\n", "\xFF"}) {
    CAPTURE(name);
    CHECK(problem_of_topic_name(name));
  }
  CHECK_FALSE(problem_of_topic_name(std::string(max_topic_name_bytes, 'x')));
  CHECK(problem_of_topic_name(std::string(max_topic_name_bytes + 1, 'x')));
}

TEST_CASE("a pattern has stars as whole levels, two of them at its end alone") {
  for (const auto* pattern : {"*", "**", "a/*", "*/b", "a/**", "*/**", "a"}) {
    CAPTURE(pattern);
    CHECK_FALSE(problem_of_topic_pattern(pattern));
  }
  for (const auto* pattern : {"a*", "**/a", "***", "a/**/b", "", "*/"}) {
    CAPTURE(pattern);
    CHECK(problem_of_topic_pattern(pattern));
  }
}

TEST_CASE("a star fits one level, two stars one level and more") {
  CHECK(fits("a/*", "a/b"));
  CHECK_FALSE(fits("a/*", "a"));
  CHECK_FALSE(fits("a/*", "a/b/c"));
  CHECK(fits("*/b", "a/b"));
  CHECK(fits("a/**", "a/b"));
  CHECK(fits("a/**", "a/b/c"));
  CHECK_FALSE(fits("a/**", "a"));
  CHECK_FALSE(fits("a/**", "ab/c"));
  CHECK(fits("**", "a"));
  CHECK(fits("a", "a"));
  CHECK_FALSE(fits("a", "a/b"));
}

TEST_CASE("the narrower of two patterns has a name where the other has a star") {
  const auto narrower = [](const char* left, const char* right) {
    return is_narrower(topic_pattern{left}, topic_pattern{right}) &&
           !is_narrower(topic_pattern{right}, topic_pattern{left});
  };
  CHECK(narrower("a/b", "a/*"));
  CHECK(narrower("a/*", "*/b"));
  CHECK(narrower("a/*", "a/**"));
  CHECK(narrower("*/b", "**"));
  CHECK_FALSE(narrower("a/b", "a/b"));
}

TEST_CASE("a topic has the declaration of its own name, else of the narrowest pattern") {
  catalog declared;
  for (const auto* name : {"**", "logs/**", "logs/app", "logs/*"}) {
    declared.add({.name = name, .events = {"e"}});
  }
  CHECK(declared.find("logs/app")->name == "logs/app");
  CHECK(declared.find("logs/web")->name == "logs/*");
  CHECK(declared.find("logs/web/1")->name == "logs/**");
  CHECK(declared.find("metrics")->name == "**");
  CHECK(catalog{}.find("metrics") == nullptr);
}

TEST_CASE(
    "a declaration with a reserved event, without events or with a name that is taken is refused") {
  catalog declared;
  declared.add({.name = "a", .events = {"e"}});
  CHECK_THROWS_AS(declared.add({.name = "a", .events = {"e"}}), std::invalid_argument);
  CHECK_THROWS_AS(declared.add({.name = "b"}), std::invalid_argument);
  CHECK_THROWS_AS(declared.add({.name = "b", .events = {"e", "e"}}), std::invalid_argument);
  CHECK_THROWS_AS(declared.add({.name = "b/", .events = {"e"}}), std::invalid_argument);
  for (const auto* event :
       {"", "session.end", "topic.lagged", "rpc.x", "auth.x", "system.x", "$/x"}) {
    CAPTURE(event);
    CHECK_THROWS_AS(declared.add({.name = "b", .events = {event}}), std::invalid_argument);
  }
  CHECK(declared.all().size() == 1);
}

TEST_CASE(
    "who may publish and subscribe is said by scopes, and nobody publishes where none is said") {
  const principal nobody{"n", {}};
  const principal reader{"r", {"read"}};
  const principal admin{"a", {"admin"}};
  const topic_options open{.name = "a", .events = {"e"}, .publish_scope = ""};
  const topic_options scoped{
      .name = "b", .events = {"e"}, .publish_scope = "read", .subscribe_scope = "read"};
  const topic_options own{.name = "c", .events = {"e"}};
  CHECK(may_publish(nobody, open));
  CHECK(may_subscribe(nobody, open));
  CHECK_FALSE(may_publish(nobody, scoped));
  CHECK_FALSE(may_subscribe(nobody, scoped));
  CHECK(may_publish(reader, scoped));
  CHECK(may_subscribe(reader, scoped));
  CHECK(may_subscribe(admin, scoped));
  CHECK(may_publish(admin, scoped));
  CHECK_FALSE(may_publish(admin, own));
}

}  // namespace sidewire::pubsub
