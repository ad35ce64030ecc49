#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <initializer_list>
#include <string>
#include <vector>

#include "tests/unit/session/session_scene.hpp"

/// Sessions without a connection: how long they wait, how many, and what ends them.

namespace sidewire::session::test {
namespace {

using namespace std::chrono_literals;
namespace codes = protocol::close_code;

struct waiting : session_scene {
  explicit waiting(std::size_t shard_count = 1) : session_scene{shard_count} {}

  /// A session that was used, and lost its connection.
  session& loses(std::shared_ptr<const principal> who = nullptr, int tick_count = 1) {
    links.emplace_back();
    session& lost = opens(links.back(), std::move(who));
    for (int count = 0; count != tick_count; ++count) tells(lost, tick);
    links.back().forgets_what_it_heard();
    tokens.push_back(token_of(lost));
    in_one_turn([&] { kept().detach(lost); });
    time_passes(1ms);
    return lost;
  }
  /// Which of the sessions are still kept, such as "1 3".
  std::string kept_ones() {
    std::string found;
    for (std::size_t index = 0; index != tokens.size(); ++index) {
      scripted_link asking;
      const auto outcome = resumes(tokens[index], 999, asking, owner_of(index));
      asking.forgets_what_it_heard();
      if (std::holds_alternative<store::refusal>(outcome)) {
        found += (found.empty() ? "" : " ") + std::to_string(index + 1);
      } else {
        in_one_turn([&] { kept().end(*std::get<session*>(outcome)); });
      }
    }
    return found;
  }
  std::shared_ptr<const principal> owner_of(std::size_t index) const {
    return index < owners.size() ? owners[index] : ada;
  }

  std::deque<scripted_link> links;
  std::vector<std::string> tokens;
  std::vector<std::shared_ptr<const principal>> owners;
};

TEST_CASE_FIXTURE(waiting, "a session waits for its window, and its calls end with it") {
  scripted_link link;
  session& opened = opens(link);
  calls(opened, "wait", 1);
  kept().detach(opened);
  time_passes(limits.resume_window - 1ms);
  CHECK(kept().size() == 1);
  CHECK(waits.told_count() == 0);
  time_passes(1ms);
  CHECK(kept().size() == 0);
  CHECK(kept().detached_count() == 0);
  CHECK(kept().detached_bytes() == 0);
  CHECK(waits.told_count() == 1);
}

TEST_CASE_FIXTURE(waiting, "the list tells each session's connection, or since when it has none") {
  const auto began = now();
  loses();
  time_passes(5s);
  scripted_link link;
  session& here = opens(link, nullptr, {.client = client_identity{"page", "1"}});
  tells(here, tick);
  const auto all = kept().list();
  REQUIRE(all.size() == 2);
  CHECK(all[0].principal == "ada");
  CHECK(all[0].transport.empty());
  CHECK(all[0].started == began);
  CHECK(all[0].since == began);
  CHECK(all[0].queued_count == 1);
  CHECK(all[1].name.ends_with(".0.2"));
  CHECK(all[1].client->name == "page");
  CHECK(all[1].transport == "scripted");
  CHECK(all[1].address == "nowhere");
  CHECK(all[1].since == began + 5s + 1ms);
  CHECK(all[1].queued_bytes == tick.size());
  CHECK(all[1].subscription_count == 0);
  link.hears(1, tick);
}

TEST_CASE_FIXTURE(waiting, "a session that was resumed has no window until it is left again") {
  scripted_link first;
  session& opened = opens(first);
  kept().detach(opened);
  time_passes(limits.resume_window - 1ms);
  scripted_link second;
  recovers(opened, 0, second);
  time_passes(2 * limits.resume_window);
  CHECK(kept().size() == 1);
  kept().detach(opened);
  time_passes(limits.resume_window - 1ms);
  CHECK(kept().size() == 1);
  time_passes(1ms);
  CHECK(kept().size() == 0);
}

TEST_CASE_FIXTURE(waiting, "beyond the number the longest detached goes first") {
  limits.max_detached_sessions = 2;
  for (int count = 0; count != 4; ++count) loses();
  CHECK(kept().detached_count() == 2);
  CHECK(kept_ones() == "3 4");
}

TEST_CASE_FIXTURE(waiting, "a session that was resumed meanwhile is not the longest detached") {
  limits.max_detached_sessions = 2;
  session& first = loses();
  loses();
  scripted_link link;
  recovers(first, 1, link);
  in_one_turn([&] { kept().detach(first); });
  loses();
  CHECK(kept_ones() == "1 3");
}

TEST_CASE_FIXTURE(waiting, "one that was never used goes before any that was") {
  limits.max_detached_sessions = 3;
  loses();
  loses(nullptr, 0);
  loses();
  loses(nullptr, 0);
  CHECK(kept_ones() == "1 3 4");
  loses();
  CHECK(kept_ones() == "1 3 5");
}

TEST_CASE_FIXTURE(waiting, "one whose client has sent something was used") {
  limits.max_detached_sessions = 1;
  scripted_link link;
  session& opened = opens(link);
  says(opened, R"({"jsonrpc":"2.0","method":"count","params":{"n":1}})");
  tokens.push_back(token_of(opened));
  in_one_turn([&] { kept().detach(opened); });
  loses(nullptr, 0);
  CHECK(kept_ones() == "1");
}

TEST_CASE_FIXTURE(waiting,
                  "a session counts with the memory that it holds, which is little more "
                  "than its messages") {
  const std::string large(100'000, ' ');
  scripted_link link;
  session& opened = opens(link);
  for (int count = 0; count != 3; ++count) tells(opened, large + "1");
  link.forgets_what_it_heard();
  CHECK(opened.sent().memory_bytes() > 3 * large.size());
  in_one_turn([&] { kept().detach(opened); });
  CHECK(kept().detached_bytes() == opened.sent().memory_bytes());
  CHECK(kept().detached_bytes() < 3 * large.size() + 2000);
  time_passes(1ms);
}

TEST_CASE_FIXTURE(waiting, "beyond the bytes the longest detached goes first") {
  loses(nullptr, 1);
  const std::size_t bytes_of_one = kept().detached_bytes();
  CHECK(bytes_of_one > tick.size());
  limits.max_detached_bytes = 3 * bytes_of_one;
  loses(nullptr, 1);
  loses(nullptr, 1);
  CHECK(kept().detached_bytes() == 3 * bytes_of_one);
  CHECK(kept().size() == 3);
  loses(nullptr, 1);
  CHECK(kept().detached_bytes() == 3 * bytes_of_one);
  CHECK(kept_ones() == "2 3 4");
}

TEST_CASE_FIXTURE(waiting, "what comes for a session while it waits counts too") {
  loses();
  session& second = loses();
  limits.max_detached_bytes = kept().detached_bytes() + 1000;
  tells(second, tick);
  time_passes(1ms);
  CHECK(kept().size() == 2);
  tells(second, R"({"jsonrpc":"2.0","method":")" + std::string(1000, 'x') + "\"}");
  time_passes(1ms);
  CHECK(kept_ones() == "2");
}

TEST_CASE_FIXTURE(waiting, "a session that is resumed does not count any more") {
  session& opened = loses();
  CHECK(kept().detached_count() == 1);
  CHECK(kept().detached_bytes() >= tick.size());
  scripted_link link;
  recovers(opened, 0, link);
  link.hears(1, tick);
  CHECK(kept().detached_count() == 0);
  CHECK(kept().detached_bytes() == 0);
  tells(opened, tick);
  link.hears(2, tick);
  CHECK(kept().detached_bytes() == 0);
}

TEST_CASE_FIXTURE(waiting, "a principal beyond its number loses its own, never another's") {
  limits.max_detached_per_principal = 2;
  const auto eve = somebody("eve", {});
  owners = {ada, eve, eve, eve, ada};
  for (const auto& owner : owners) loses(owner);
  CHECK(kept_ones() == "1 3 4 5");
}

struct waiting_on_shards : waiting {
  waiting_on_shards() : waiting{4} {}
};

TEST_CASE_FIXTURE(waiting_on_shards, "a shard keeps its part of what the server may") {
  limits.max_detached_sessions = 8;
  for (int count = 0; count != 4; ++count) loses();
  CHECK(kept_ones() == "3 4");
}

TEST_CASE_FIXTURE(waiting, "a session that is ended is gone with its calls and tells nobody") {
  scripted_link link;
  session& opened = opens(link);
  calls(opened, "wait", 1);
  in_one_turn([&] { kept().end(opened); });
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(kept().size() == 0);
  CHECK(link.is_open());
  time_passes(1ms);
}

TEST_CASE_FIXTURE(waiting,
                  "what the peer could not take or say ends a session, no other close does") {
  for (const std::uint16_t code :
       std::initializer_list<std::uint16_t>{1002, 1007, 1009, 4500, 4501, 4503, 4504, 4999}) {
    CAPTURE(code);
    scripted_link link;
    session& opened = opens(link);
    in_one_turn([&] { kept().leave(opened, code); });
    time_passes(1ms);
    CHECK(kept().size() == 0);
  }
  std::size_t left_count = 0;
  for (const std::uint16_t code :
       std::initializer_list<std::uint16_t>{1000, 1001, 1003, 1005, 1006, 1008, 1010, 1011, 1012,
                                            1013, 3000, 3999, 4000, 4005, 4008, 4009, 4012, 4499}) {
    CAPTURE(code);
    scripted_link link;
    session& opened = opens(link);
    in_one_turn([&] { kept().leave(opened, code); });
    time_passes(1ms);
    CHECK(kept().size() == ++left_count);
    CHECK(kept().detached_count() == left_count);
  }
}

TEST_CASE_FIXTURE(waiting, "a wrong token in a notification ends session and connection") {
  scripted_link link;
  session& opened = opens(link);
  says(opened, R"({"jsonrpc":"2.0","method":"auth.authenticate","params":["nobody"]})");
  link.was_closed(codes::not_authenticated);
  time_passes(1ms);
  CHECK(kept().size() == 0);
}

TEST_CASE_FIXTURE(waiting, "a session stays its principal's, whoever else authenticates on it") {
  scripted_link link;
  session& opened = opens(link);
  says(opened, R"({"jsonrpc":"2.0","id":1,"method":"auth.authenticate","params":["eve"]})");
  link.hears(1, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022}})");
  CHECK(opened.who()->name == "ada");
}

TEST_CASE_FIXTURE(waiting, "a connection is told when the last call of its session has ended") {
  scripted_link link;
  session& opened = opens(link);
  calls(opened, "wait", 1);
  calls(opened, "wait", 2);
  CHECK(link.ended_calls_count() == 0);
  waits.open();
  settle();
  CHECK(link.ended_calls_count() == 1);
  link.forgets_what_it_heard();
}

}  // namespace
}  // namespace sidewire::session::test
