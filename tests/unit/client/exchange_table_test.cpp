#include "client/exchange_table.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using sidewire::error;
using sidewire::error_kind;
using sidewire::json;
using sidewire::json_view;
using sidewire::client::answers;
using sidewire::client::exchange;
using sidewire::client::exchange_table;
using sidewire::client::no_exchange;
using sidewire::client::time_point;

namespace {

constexpr time_point start{};

/// A table with exchanges whose outcomes are kept here.
struct fixture {
  exchange_table table;
  std::optional<answers> first, second;

  exchange waiting(std::optional<answers>& into, std::size_t count = 1,
                   time_point deadline = time_point::max()) {
    exchange made;
    made.count = count;
    made.deadline = deadline;
    made.done = [&into](answers outcomes) {
      REQUIRE_FALSE(into);
      into = std::move(outcomes);
    };
    return made;
  }
};

error lost() {
  return error{error_kind::unavailable, "lost"};
}

}  // namespace

TEST_CASE_FIXTURE(fixture, "answers reach their calls in any order") {
  table.add(1, waiting(first));
  table.add(2, waiting(second));
  CHECK(table.answer(2, json{"20"}));
  CHECK_FALSE(first);
  CHECK(table.answer(1, json{"10"}));
  CHECK(first->at(0)->text() == "10");
  CHECK(second->at(0)->text() == "20");
  CHECK(table.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "an answer to no call, and a second one, are told apart") {
  table.add(5, waiting(first, 2));
  CHECK_FALSE(table.answer(4, json{}));
  CHECK_FALSE(table.answer(7, json{}));
  CHECK(table.answer(6, json{"6"}));
  CHECK_FALSE(table.answer(6, json{"7"}));
  CHECK_FALSE(first);
  CHECK(table.answer(5, json{"5"}));
  REQUIRE(first->size() == 2);
  CHECK(first->at(0)->text() == "5");
  CHECK(first->at(1)->text() == "6");
}

TEST_CASE_FIXTURE(fixture, "a notification ends when it was sent, with no outcome") {
  table.add(1, waiting(first, 0));
  table.add(2, waiting(second, 1));
  table.mark_sending(1);
  table.mark_sent(1);
  table.mark_sent(2);
  REQUIRE(first);
  CHECK(first->empty());
  CHECK_FALSE(second);
}

TEST_CASE_FIXTURE(fixture, "a notification that was not sent ends with the reason") {
  table.add(1, waiting(first, 0));
  table.fail_all(lost());
  REQUIRE(first->size() == 1);
  CHECK(first->at(0).error().kind() == error_kind::unavailable);
}

TEST_CASE_FIXTURE(fixture, "a lost connection leaves the outcome open of what was written alone") {
  table.add(1, waiting(first));
  table.add(2, waiting(second));
  table.mark_sending(1);
  table.fail_all(lost());
  CHECK(first->at(0).error().kind() == error_kind::outcome_unknown);
  CHECK(second->at(0).error().kind() == error_kind::unavailable);
}

TEST_CASE_FIXTURE(fixture, "a refused token means that nothing ran") {
  table.add(1, waiting(first));
  table.mark_sending(1);
  table.fail_all(error{error_kind::not_authenticated, "no"});
  CHECK(first->at(0).error().kind() == error_kind::not_authenticated);
}

TEST_CASE_FIXTURE(fixture, "what a batch lost keeps what it has") {
  table.add(1, waiting(first, 2));
  table.mark_sending(1);
  table.answer(2, json{"true"});
  table.fail_all(lost());
  CHECK(first->at(0).error().kind() == error_kind::outcome_unknown);
  CHECK(first->at(1)->text() == "true");
}

TEST_CASE_FIXTURE(fixture, "calls end at their deadlines, the earliest first") {
  table.add(1, waiting(first, 1, start + 20ms));
  table.add(2, waiting(second, 1, start + 10ms));
  CHECK(table.next_deadline() == start + 10ms);
  CHECK(table.expire(start + 9ms).empty());
  const auto expired = table.expire(start + 10ms);
  REQUIRE(expired.size() == 1);
  CHECK(expired[0].first == 2);
  CHECK(second->at(0).error().kind() == error_kind::deadline_exceeded);
  CHECK_FALSE(first);
  CHECK(table.next_deadline() == start + 20ms);
}

TEST_CASE_FIXTURE(fixture, "a cancelled call still takes the server's answer") {
  table.add(1, waiting(first));
  table.mark_cancelled(1, start + 5ms);
  CHECK(table.next_deadline() == start + 5ms);
  CHECK(table.answer(1, json{"1"}));
  CHECK(first->at(0)->text() == "1");
  CHECK(table.next_deadline() == time_point::max());
}

TEST_CASE_FIXTURE(fixture, "a cancelled call that is never answered is cancelled") {
  table.add(1, waiting(first));
  table.mark_cancelled(1, start + 5ms);
  table.mark_cancelled(1, start + 50ms);
  CHECK(table.expire(start + 5ms).size() == 1);
  CHECK(first->at(0).error().kind() == error_kind::request_cancelled);
}

TEST_CASE_FIXTURE(fixture, "cancelling prolongs no deadline") {
  table.add(1, waiting(first, 1, start + 3ms));
  table.mark_cancelled(1, start + 5ms);
  CHECK(table.next_deadline() == start + 3ms);
}

TEST_CASE_FIXTURE(fixture, "an error without an id belongs to the only exchange, or to nobody") {
  table.add(1, waiting(first, 3));
  CHECK(table.answer_unnamed(no_exchange, error{error_kind::limit_exceeded, "too many"}));
  REQUIRE(first->size() == 3);
  CHECK(first->at(2).error().kind() == error_kind::limit_exceeded);

  first.reset();
  table.add(4, waiting(first));
  table.add(5, waiting(second));
  CHECK_FALSE(table.answer_unnamed(no_exchange, lost()));
  CHECK(table.answer_unnamed(5, lost()));
  CHECK(second);
  CHECK_FALSE(first);
  table.fail_all(lost());
}

TEST_CASE_FIXTURE(fixture, "progress reaches the call that it names") {
  std::vector<std::string> seen;
  exchange work = waiting(first);
  work.on_progress = [&seen](json_view value) { seen.emplace_back(value.text()); };
  table.add(3, std::move(work));
  table.progress(3, json_view{"1", sidewire::format::json});
  table.progress(4, json_view{"2", sidewire::format::json});
  CHECK(seen == std::vector<std::string>{"1"});
  table.fail_all(lost());
}

TEST_CASE("a lost session fails what was written, but for what may be repeated") {
  fixture given;
  given.table.add(1, given.waiting(given.first));
  std::optional<answers> third;
  exchange repeatable = given.waiting(given.second);
  repeatable.repeatable = std::make_shared<sidewire::client::outgoing_message>();
  given.table.add(2, repeatable);
  given.table.add(3, given.waiting(third));
  given.table.mark_sending(1);
  given.table.mark_sending(2);
  const auto repeated = given.table.fail_written({error_kind::outcome_unknown, "lost"});
  REQUIRE(given.first);
  CHECK(given.first->front().error().kind() == error_kind::outcome_unknown);
  CHECK(repeated == std::vector{repeatable.repeatable});
  CHECK_FALSE(given.second);
  CHECK_FALSE(third);
  CHECK(given.table.size() == 2);
}
