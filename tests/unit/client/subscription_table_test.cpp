#include "client/subscription_table.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"

using sidewire::error;
using sidewire::error_kind;
using sidewire::format;
using sidewire::json;
using sidewire::json_view;
using sidewire::result;
using sidewire::subscribe_options;
using sidewire::topic_event;
using sidewire::topic_gap;
using sidewire::client::subscription_table;

namespace {

/// A table, what it asks the server, and what its subscriptions hear.
class fixture {
 public:
  struct request {
    std::string text;
    std::function<void(const result<json>&)> done;
  };

  std::optional<result<void>> add(subscription_table::id id, std::string topic,
                                  subscribe_options options = {}) {
    options.on_gap = [this](const topic_gap& gap) {
      heard += "gap of " + (gap.missed ? std::to_string(*gap.missed) : "?");
      if (gap.from) heard += ", " + std::to_string(*gap.from) + "-" + std::to_string(*gap.to);
      heard += "; ";
    };
    options.on_closed = [this](std::string_view topic_name, const error& reason) {
      heard.append(topic_name).append(" closed: ").append(name_of(reason.kind())).append("; ");
    };
    std::optional<result<void>> outcome;
    table.add(
        id, std::move(topic), std::move(options),
        [this](const topic_event& event) {
          heard.append(event.topic).append("@").append(event.epoch).append(":");
          heard.append(std::to_string(event.offset)).append(event.params.text()).append("; ");
          if (on_event) on_event();
        },
        [this](result<void> answered) { outcome_ = std::move(answered); });
    return std::exchange(outcome_, {});
  }
  /// The server answers what it was asked last.
  std::optional<result<void>> answer(const std::string& text) {
    asked.back().done(json{text});
    return std::exchange(outcome_, {});
  }
  std::optional<result<void>> refuse(const error& reason) {
    asked.back().done(reason);
    return std::exchange(outcome_, {});
  }
  bool say(const std::string& method, const std::string& params) {
    sidewire::base::buffer text;
    text.append(R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params + "}");
    text.prepare(0);
    REQUIRE(reader_.read(text.view(), format::json));
    sidewire::codec::incoming message;
    reader_.read_single(message);
    return table.take(message);
  }
  bool publish(const std::string& topic, int offset, const std::string& content,
               const std::string& more = {}) {
    return say("news", "{" + content + R"(,"_meta":{"topic":")" + topic + R"(","offset":)" +
                           std::to_string(offset) + more + "}}");
  }
  std::string take_heard() { return std::exchange(heard, {}); }
  std::string last_request() { return asked.empty() ? "" : asked.back().text; }

  std::vector<request> asked;
  std::string heard;
  std::function<void()> on_event;
  subscription_table table{[this](std::string_view method, const json& params, auto done) {
    asked.push_back({std::string{method} + params.text(), std::move(done)});
  }};

 private:
  std::optional<result<void>> outcome_;
  sidewire::codec::reader reader_{16};
};

std::string begun(const std::string& topic, const std::string& epoch, int offset,
                  bool recovered = true, int missed = 0) {
  return R"({"topic":")" + topic + R"(","epoch":")" + epoch + R"(","offset":)" +
         std::to_string(offset) + R"(,"recovered":)" + (recovered ? "true" : "false") +
         R"(,"missed":)" + std::to_string(missed) + "}";
}

}  // namespace

TEST_CASE("a subscription asks with what its options say") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.last_request() == R"(topic.subscribe{"topic":"a"})");
  subscribe_options options;
  options.since = sidewire::topic_position{"e", 4};
  options.policy = sidewire::slow_subscription::drop_oldest;
  options.buffer = 7;
  options.delta = sidewire::topic_delta::patches;
  CHECK_FALSE(server.add(2, "b", options));
  CHECK(server.last_request() == R"(topic.subscribe{"topic":"b","since":{"epoch":"e","offset":4},)"
                                 R"("policy":"dropOldest","buffer":7,"delta":true})");
}

TEST_CASE("a topic is subscribed to once, and by a name that is one") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.add(2, "a")->error().kind() == error_kind::conflict);
  CHECK(server.add(3, "a//b")->error().kind() == error_kind::invalid_params);
  CHECK(server.table.size() == 1);
}

TEST_CASE("publications are told once and in order, without the protocol's own") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.publish("a", 2, R"("n":2)"));  // of a subscription before
  CHECK(server.answer(begun("a", "e", 2))->has_value());
  CHECK(server.publish("a", 3, R"("n":3)"));
  CHECK(server.publish("a", 3, R"("n":3)"));
  CHECK(server.publish("a", 2, R"("n":2)"));
  CHECK(server.publish("a", 4, R"("n":4)"));
  CHECK_FALSE(server.publish("b", 4, R"("n":4)"));
  CHECK_FALSE(server.say("other", R"({"n":1})"));
  CHECK(server.heard == R"(a@e:3{"n":3}; a@e:4{"n":4}; )");
}

TEST_CASE("a refused subscription is none") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.refuse({error_kind::forbidden, "no"})->error().kind() == error_kind::forbidden);
  CHECK(server.table.size() == 0);
  CHECK(server.heard.empty());
}

TEST_CASE("a fresh session is asked for what follows, and what is missing is told") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.answer(begun("a", "e", 2)));
  CHECK(server.publish("a", 3, R"("n":3)"));
  server.table.renew();
  CHECK(server.last_request() ==
        R"(topic.subscribe{"topic":"a","since":{"epoch":"e","offset":3}})");
  CHECK_FALSE(server.answer(begun("a", "e", 5, false, 2)));
  CHECK(server.publish("a", 6, R"("n":6)"));
  CHECK(server.take_heard() == R"(a@e:3{"n":3}; gap of 2, 4-5; a@e:6{"n":6}; )");

  server.table.renew();
  CHECK_FALSE(server.answer(begun("a", "f", 0, false, 0)));
  CHECK(server.publish("a", 1, R"("n":1)"));
  CHECK(server.heard == R"(gap of ?; a@f:1{"n":1}; )");
}

TEST_CASE("an answer that was lost with its session is waited for in the next") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  const auto first = server.asked.back().done;
  CHECK_FALSE(server.refuse({error_kind::outcome_unknown, "lost"}));
  server.table.renew();
  first(error{error_kind::forbidden, "late"});
  CHECK(server.answer(begun("a", "e", 2))->has_value());
}

TEST_CASE("a subscription that cannot be renewed is closed") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.answer(begun("a", "e", 2)));
  server.table.renew();
  CHECK_FALSE(server.refuse({error_kind::forbidden, "no"}));
  CHECK(server.heard == "a closed: forbidden; ");
  CHECK(server.table.size() == 0);
}

TEST_CASE("what a slow reader missed is told where the gap is, and a lost store as unknown") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.answer(begun("a", "e", 2)));
  CHECK(server.say("topic.lagged", R"({"topic":"a","missed":3,"from":3,"to":5})"));
  CHECK(server.say("topic.lagged", R"({"topic":"a","missed":3,"from":3,"to":5})"));
  CHECK(server.publish("a", 6, R"("n":6)"));
  CHECK(server.say("topic.lagged", R"({"topic":"a","missed":null,"epoch":"f"})"));
  CHECK(server.publish("a", 1, R"("n":1)"));
  CHECK(server.heard == R"(gap of 3, 3-5; a@e:6{"n":6}; gap of ?; a@f:1{"n":1}; )");
}

TEST_CASE("a closed topic ends its subscription, of a pattern its part") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.answer(begun("a", "e", 2)));
  CHECK_FALSE(server.add(2, "p/*"));
  CHECK(server.answer(R"({"topic":"","recovered":true,"missed":0,"topics":[)" +
                      begun("p/x", "e", 1) + "]}"));
  CHECK(server.say("topic.closed", R"({"topic":"a","reason":"slow"})"));
  CHECK(server.say("topic.closed", R"({"topic":"p/x","reason":"forbidden"})"));
  CHECK(server.heard == "a closed: limit_exceeded; p/x closed: forbidden; ");
  CHECK(server.table.size() == 1);
}

TEST_CASE("patches are applied, and the value is always whole") {
  fixture server;
  subscribe_options options;
  options.delta = sidewire::topic_delta::patches;
  CHECK_FALSE(server.add(1, "a", options));
  CHECK(server.answer(begun("a", "e", 2)));
  CHECK(server.publish("a", 3, R"("x":1,"y":{"z":1})"));
  CHECK(server.publish("a", 4, R"("y":{"z":2})", R"(,"delta":{"base":3})"));
  CHECK(server.take_heard() == R"(a@e:3{"x":1,"y":{"z":1}}; a@e:4{"x":1,"y":{"z":2}}; )");

  CHECK(server.publish("a", 6, R"("x":3)", R"(,"delta":{"base":5})"));  // of what was not seen
  CHECK(server.publish("a", 7, R"("x":4)", R"(,"delta":{"base":6})"));
  CHECK(server.publish("a", 8, R"("x":5)"));
  CHECK(server.publish("a", 9, R"("y":6)", R"(,"delta":{"base":8})"));
  CHECK(server.heard == R"(gap of 2, 5-6; gap of 1, 7-7; a@e:8{"x":5}; a@e:9{"x":5,"y":6}; )");
}

TEST_CASE("a pattern hears of each topic that fits, and goes on from where each is") {
  fixture server;
  CHECK_FALSE(server.add(1, "logs/**"));
  CHECK(server.answer(R"({"topic":"","recovered":true,"missed":0,"topics":[)" +
                      begun("logs/a", "e", 2) + "]}"));
  CHECK(server.publish("logs/a", 3, R"("n":3)"));
  CHECK(server.publish("logs/b/c", 1, R"("n":1)", R"(,"epoch":"f")"));
  CHECK(server.heard == R"(logs/a@e:3{"n":3}; logs/b/c@f:1{"n":1}; )");
  server.table.renew();
  CHECK(server.last_request() ==
        R"(topic.subscribe{"topic":"logs/**","since":{"logs/a":{"epoch":"e","offset":3},)"
        R"("logs/b/c":{"epoch":"f","offset":1}}})");
}

TEST_CASE("a publication goes to the narrowest subscription that fits") {
  fixture server;
  std::string narrow;
  CHECK_FALSE(server.add(1, "logs/*"));
  CHECK(server.answer(R"({"topic":"","recovered":true,"missed":0,"topics":[]})"));
  server.table.add(
      2, "logs/a", {}, [&narrow](const topic_event& event) { narrow = event.topic; },
      [](const result<void>&) {});
  CHECK_FALSE(server.answer(begun("logs/a", "e", 0)));
  CHECK(server.publish("logs/a", 1, R"("n":1)"));
  CHECK(narrow == "logs/a");
  CHECK(server.heard.empty());
}

TEST_CASE("a handler may end its own subscription, which hears nothing more") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  CHECK(server.answer(begun("a", "e", 0)));
  server.on_event = [&server] { server.table.remove(1); };
  CHECK(server.publish("a", 1, R"("n":1)"));
  CHECK_FALSE(server.publish("a", 2, R"("n":2)"));
  CHECK(server.heard == R"(a@e:1{"n":1}; )");
  CHECK(server.last_request() == R"(topic.unsubscribe{"topic":"a"})");
}

TEST_CASE("the end of the client is the answer of subscriptions that wait for one") {
  fixture server;
  CHECK_FALSE(server.add(1, "a"));
  bool ended = false;
  server.table.add(
      2, "b", {}, [](const topic_event&) {},
      [&ended](const result<void>& outcome) {
        ended = !outcome && outcome.error().kind() == error_kind::unavailable;
      });
  server.table.close({error_kind::unavailable, "gone"});
  CHECK(ended);
  CHECK(server.table.size() == 0);
}
