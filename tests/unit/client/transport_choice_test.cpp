#include "client/transport_choice.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>

using namespace std::chrono_literals;
using sidewire::error;
using sidewire::error_kind;
using sidewire::base::time_point;
using sidewire::client::choice_times;
using sidewire::client::index_of;
using sidewire::client::session_transport;
using sidewire::client::session_transports;
using sidewire::client::transport_choice;
using sidewire::client::transport_failures;

namespace {

constexpr auto websocket = session_transport::websocket;
constexpr auto sse = session_transport::sse;
constexpr auto polls = session_transport::poll;

const error broken{error_kind::unavailable, "broken"};
const std::vector<session_transport> all{session_transports.begin(), session_transports.end()};
constexpr time_point start{};

transport_choice choice(transport_failures remembered = {},
                        std::vector<session_transport> allowed = all) {
  return {std::move(allowed), choice_times{}, [] { return 0.5; }, std::move(remembered)};
}

transport_failures websocket_failed() {
  transport_failures made;
  made[index_of(websocket)] = broken;
  return made;
}

/// A session that came to be on an event stream.
transport_choice on_sse() {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == websocket);
  CHECK(chosen.next(start + 250ms) == sse);
  chosen.won(sse, start + 300ms);
  return chosen;
}

}  // namespace

TEST_CASE("the first attempts begin a head start apart, the best first") {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next_time() == start);
  CHECK(chosen.next(start) == websocket);
  CHECK_FALSE(chosen.next(start + 249ms));
  CHECK(chosen.next_time() == start + 250ms);
  CHECK(chosen.next(start + 250ms) == sse);
  CHECK_FALSE(chosen.next(start + 499ms));
  CHECK(chosen.next(start + 500ms) == polls);
  CHECK_FALSE(chosen.next(start + 10s));
  CHECK_FALSE(chosen.is_exhausted());
  CHECK_FALSE(chosen.is_late(start + 10s));
}

TEST_CASE("a failure lets the next attempt begin at once where no other runs") {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == websocket);
  chosen.failed(websocket, broken, start + 10ms);
  CHECK(chosen.next(start + 10ms) == sse);
  CHECK(chosen.next(start + 260ms) == polls);
  chosen.failed(sse, broken, start + 270ms);
  CHECK_FALSE(chosen.is_exhausted());
  chosen.failed(polls, broken, start + 280ms);
  CHECK(chosen.is_exhausted());
}

TEST_CASE("what was slower than the winner, or failed, is known as failed") {
  const auto chosen = on_sse();
  CHECK(chosen.in_use() == sse);
  REQUIRE(chosen.failures()[index_of(websocket)]);
  CHECK(chosen.failures()[index_of(websocket)]->message() == "it gave no answer before sse did");
  CHECK_FALSE(chosen.failures()[index_of(sse)]);
  CHECK_FALSE(chosen.failures()[index_of(polls)]);
}

TEST_CASE("what is remembered as failed is tried last, but tried") {
  auto chosen = choice(websocket_failed());
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == sse);
  chosen.failed(sse, broken, start);
  CHECK(chosen.next(start) == polls);
  chosen.failed(polls, broken, start);
  CHECK(chosen.next(start) == websocket);
  chosen.won(websocket, start);
  CHECK_FALSE(chosen.failures()[index_of(websocket)]);
}

TEST_CASE("a resume has one attempt at a time, each with its time") {
  auto chosen = on_sse();
  chosen.begin_resuming(start + 1s);
  CHECK(chosen.next(start + 1s) == sse);  // since WebSocket failed
  CHECK_FALSE(chosen.is_late(start + 1249ms));
  CHECK(chosen.is_late(start + 1250ms));
  chosen.failed(sse, broken, start + 1250ms);
  CHECK(chosen.next(start + 1250ms) == polls);
  chosen.failed(polls, broken, start + 1260ms);
  CHECK(chosen.next(start + 1260ms) == websocket);
  CHECK(chosen.next_time() == start + 1510ms);
}

TEST_CASE("each resume that failed gives the attempts of the next twice the time") {
  auto chosen = choice();
  for (const auto patience : {250ms, 500ms, 1000ms}) {
    chosen.begin_resuming(start);
    for (std::size_t made = 0; made < all.size(); ++made) {
      const auto tried = chosen.next(start);
      REQUIRE(tried);
      CHECK_FALSE(chosen.is_late(start + patience - 1ms));
      CHECK(chosen.is_late(start + patience));
      chosen.failed(*tried, broken, start);
    }
    CHECK(chosen.is_exhausted());
  }
}

TEST_CASE("the only transport has all the time") {
  auto chosen = choice({}, {websocket});
  chosen.begin_resuming(start);
  CHECK(chosen.next(start) == websocket);
  CHECK_FALSE(chosen.is_late(start + 9s));
  CHECK(chosen.is_late(start + 10s));
}

TEST_CASE("a session on a worse transport tries a better one after a while") {
  auto chosen = on_sse();
  CHECK(chosen.next_time() == start + 5300ms);
  CHECK_FALSE(chosen.due_upgrade(start + 5299ms));
  CHECK(chosen.due_upgrade(start + 5300ms) == websocket);
  chosen.begin_upgrade(websocket, start + 5300ms);
  CHECK_FALSE(chosen.due_upgrade(start + 20s));
  CHECK(chosen.next_time() == time_point::max());
  chosen.won(websocket, start + 5400ms);
  CHECK(chosen.in_use() == websocket);
  CHECK_FALSE(chosen.due_upgrade(start + 1h));
  CHECK(chosen.next_time() == time_point::max());
}

TEST_CASE(
    "upgrades that fail come less often after a minute, but never less than every 2 minutes") {
  auto chosen = on_sse();
  auto now = chosen.next_time();
  for (int made = 1; made < 12; ++made) {
    chosen.begin_upgrade(websocket, now);
    chosen.failed(websocket, broken, now);
    CHECK(chosen.next_time() == now + 5s);
    now = chosen.next_time();
  }
  for (const auto wait : {10s, 20s, 40s, 80s, 80s}) {
    chosen.begin_upgrade(websocket, now);
    chosen.failed(websocket, broken, now);
    CHECK(chosen.next_time() == now + wait);
    now = chosen.next_time();
  }
}

TEST_CASE("an event stream is tried for a session on poll less often, since that disturbs") {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == websocket);
  CHECK(chosen.next(start + 250ms) == sse);
  CHECK(chosen.next(start + 500ms) == polls);
  chosen.won(polls, start);
  CHECK(chosen.due_upgrade(start + 5s) == websocket);
  chosen.begin_upgrade(websocket, start + 59s);
  chosen.failed(websocket, broken, start + 59s);
  CHECK(chosen.due_upgrade(start + 60s) == sse);
}

TEST_CASE("a transport in use that brings nothing goes behind the others") {
  auto chosen = on_sse();
  chosen.spoil(broken);
  chosen.begin_resuming(start);
  CHECK(chosen.next(start) == polls);
}

TEST_CASE("what the server does not offer is not tried, and what it prefers first") {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == websocket);
  chosen.offer({polls, sse}, start + 10ms);
  CHECK_FALSE(chosen.is_offered(websocket));
  CHECK(chosen.next(start + 10ms) == polls);
  CHECK(chosen.next(start + 260ms) == sse);
  CHECK_FALSE(chosen.next(start + 10s));
  chosen.won(polls, start + 300ms);
  CHECK_FALSE(chosen.due_upgrade(start + 1h));
  REQUIRE(chosen.failures()[index_of(websocket)]);
  CHECK(chosen.failures()[index_of(websocket)]->message() == "the server does not offer it");
}

TEST_CASE("what failed has its own reason, and what the server ranks lower the server's") {
  auto chosen = choice();
  chosen.begin_opening(start);
  CHECK(chosen.next(start) == websocket);
  chosen.failed(websocket, broken, start);
  chosen.offer({polls, websocket, sse}, start);
  CHECK(chosen.next(start) == polls);
  chosen.won(polls, start);
  REQUIRE(chosen.failures()[index_of(websocket)]);
  CHECK(chosen.failures()[index_of(websocket)]->message() == "broken");
  REQUIRE(chosen.failures()[index_of(sse)]);
  CHECK(chosen.failures()[index_of(sse)]->message() == "the server advises against it from here");
}

TEST_CASE("an offer of nothing that is known changes nothing") {
  auto chosen = choice();
  chosen.begin_opening(start);
  chosen.offer({}, start);
  CHECK(chosen.next(start) == websocket);
}

TEST_CASE("a session on what the server no longer offers is moved") {
  auto chosen = on_sse();
  chosen.offer({websocket, polls}, start + 400ms);
  CHECK(chosen.due_upgrade(start + 6s) == websocket);
}
