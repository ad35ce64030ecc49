#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

#include "session_conversation.hpp"

using namespace std::chrono_literals;
using namespace sidewire::test;
using sidewire::error_kind;
using sidewire::format;

TEST_CASE("a session is asked for first, and what was sent meanwhile follows its start") {
  conversation talk;
  talk.send(1, "a");
  CHECK(talk.heard().empty());
  talk.connect();
  CHECK(talk.heard() == texts{opening()});
  CHECK(talk.say(started) == verdict::ignore);
  CHECK(talk.heard() == texts{"a"});
  CHECK(talk.told == texts{"running", "written 1"});
}

TEST_CASE("a program that serves methods says so when it opens its session") {
  session_request asked = request();
  asked.takes_requests = true;
  conversation talk{asked};
  talk.connect();
  REQUIRE(talk.heard() ==
          texts{R"({"jsonrpc":"2.0","method":"session.open","params":{"token":"secret",)"
                R"("formats":["json"],"client":{"name":"test","version":"1"},"requests":true}})"});
}

TEST_CASE("messages are kept until they are acknowledged, and what the server lacks goes again") {
  conversation talk;
  talk.begin();
  for (const char* text : {"a", "b", "c", "d"}) talk.send(1, text);
  CHECK(talk.heard() == texts{"a", "b", "c", "d"});
  CHECK(talk.say(ack(1)) == verdict::ignore);
  CHECK(talk.session.unacknowledged_count() == 3);
  talk.disconnect();
  talk.send(2, "e");
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 0)});
  CHECK(talk.say(resumed(3, 1)) == verdict::ignore);
  CHECK(talk.heard() == texts{"d", "e"});
  CHECK(talk.session.unacknowledged_count() == 2);
  CHECK(talk.say(ack(5)) == verdict::ignore);
  CHECK(talk.session.unacknowledged_count() == 0);
}

TEST_CASE("a message that waits can be taken back, one that was written cannot") {
  conversation talk;
  talk.begin();
  talk.send(1, "a");
  CHECK(talk.heard() == texts{"a"});
  talk.send(2, "b");
  CHECK(talk.session.withdraw(2));
  CHECK_FALSE(talk.session.withdraw(1));
  CHECK(talk.heard().empty());
}

TEST_CASE("a message larger than the server takes is refused, and gets no number") {
  conversation talk;
  talk.begin();
  talk.send(1, std::string(51, 'x'));
  talk.send(2, "b");
  CHECK(talk.heard() == texts{"b"});
  CHECK(talk.told == texts{"running", "refused 1 maxMessageBytes", "written 2"});
  CHECK(talk.say(ack(2)) == verdict::end);
}

TEST_CASE("what came is acknowledged within a second, after 32 messages, and for many bytes") {
  conversation talk;
  talk.begin();
  CHECK(talk.say(news) == verdict::hand_on);
  CHECK(talk.heard().empty());
  CHECK(talk.session.next_time() <= talk.now + 1s);
  talk.now = talk.session.next_time();
  CHECK(talk.session.on_time(talk.now));
  CHECK(talk.heard() == texts{ack(1)});

  for (int count = 2; count <= 32; ++count) CHECK(talk.say(R"({"a":1})") == verdict::hand_on);
  CHECK(talk.heard().empty());
  CHECK(talk.say(R"({"a":1})") == verdict::hand_on);
  CHECK(talk.heard() == texts{ack(33)});

  CHECK(talk.say("[\"" + std::string(489, 'x') + "\"]") == verdict::hand_on);
  CHECK(talk.heard().empty());
  CHECK(talk.say(R"({"a":1})") == verdict::hand_on);
  CHECK(talk.heard() == texts{ack(35)});
}

TEST_CASE("messages that come again after a resume are ignored") {
  conversation talk;
  talk.begin();
  for (int count = 0; count < 3; ++count) CHECK(talk.say(news) == verdict::hand_on);
  talk.disconnect();
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 3)});
  CHECK(talk.say(resumed(0, 2)) == verdict::ignore);
  CHECK(talk.say(news) == verdict::ignore);  // 2
  CHECK(talk.say(news) == verdict::ignore);  // 3
  CHECK(talk.say(news) == verdict::hand_on);
  talk.disconnect();
  CHECK(talk.say(news) == verdict::ignore);
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 4)});
}

TEST_CASE("a lost session begins again with what was never written, and nothing of the old one") {
  for (const std::string reason : {"unknown", "restarted", "expired", "overflow", "forbidden"}) {
    conversation talk;
    talk.repeated = {"again"};
    talk.begin();
    talk.send(1, "a");
    CHECK(talk.heard() == texts{"a"});
    CHECK(talk.say(news) == verdict::hand_on);
    talk.disconnect();
    talk.send(2, "b");
    talk.send(sidewire::client::no_exchange, "answer", true);
    talk.connect();
    CHECK(talk.heard() == texts{resuming("T1", 1)});
    CHECK(talk.say(lost(reason)) == verdict::ignore);
    CHECK(talk.told[2] == "the session was lost (" + reason + "), a fresh one begins");
    CHECK(talk.told[3] == "running");
    CHECK(talk.heard() == texts{"again", "b"});
    CHECK(talk.say(ack(2)) == verdict::ignore);
    CHECK(talk.say(news) == verdict::hand_on);
    talk.disconnect();
    talk.connect();
    CHECK(talk.heard() == texts{resuming("T2", 1)});
  }
}

TEST_CASE("a session without a connection for longer than the server keeps it is lost") {
  conversation talk;
  talk.begin();
  talk.send(1, "a");
  CHECK(talk.heard() == texts{"a"});
  talk.disconnect();
  CHECK(talk.session.next_time() == talk.now + 60s + 2 * 15s);
  talk.now += 80s;
  CHECK(talk.session.on_time(talk.now));
  CHECK(talk.session.unacknowledged_count() == 1);
  talk.now += 10s;
  CHECK(talk.session.on_time(talk.now));
  CHECK(talk.told.back() ==
        "the session was lost (no connection for longer than the server keeps it), a fresh one "
        "begins");
  CHECK(talk.session.unacknowledged_count() == 0);
  talk.connect();
  CHECK(talk.heard() == texts{opening()});
  CHECK(talk.say(started) == verdict::ignore);
}

TEST_CASE("a ping is answered, before the session begins as well") {
  conversation talk;
  talk.connect();
  CHECK(talk.heard() == texts{opening()});
  CHECK(talk.say(ping) == verdict::ignore);
  CHECK(talk.heard() == texts{pong});
  CHECK(talk.say(started) == verdict::ignore);
  CHECK(talk.say(ping) == verdict::ignore);
  CHECK(talk.say(ping) == verdict::ignore);
  CHECK(talk.heard() == texts{pong});
}

TEST_CASE("two intervals without a message are the end of a connection") {
  conversation talk;
  talk.begin();
  talk.now += 29s;
  CHECK(talk.say(ping) == verdict::ignore);
  talk.now += 29s;
  CHECK(talk.session.on_time(talk.now));
  talk.now += 1s;
  CHECK_FALSE(talk.session.on_time(talk.now));
  talk.disconnect();
  talk.connect();  // the new one is given the same time
  CHECK(talk.session.next_time() == talk.now + 30s);
}

TEST_CASE("a program that was busy itself looks for what came meanwhile") {
  conversation talk;
  talk.begin();
  talk.now += 50s;
  CHECK(talk.session.on_time(talk.now));
  talk.now += 15s;
  CHECK_FALSE(talk.session.on_time(talk.now));
}

TEST_CASE("a server that will end says when to come back") {
  conversation talk;
  talk.begin();
  const auto draining =
      R"({"jsonrpc":"2.0","method":"session.draining","params":{"deadlineMs":10,"retryAfterMs":7}})";
  CHECK(talk.say(draining) == verdict::ignore);
  CHECK(talk.told.back() == "draining 7");
}

TEST_CASE("calls wait where the server will end, answers do not") {
  conversation talk;
  talk.begin();
  const auto draining =
      R"({"jsonrpc":"2.0","method":"session.draining","params":{"deadlineMs":10,"retryAfterMs":7}})";
  CHECK(talk.say(draining) == verdict::ignore);
  talk.send(1, "a");
  talk.send(sidewire::client::no_exchange, "answer", true);
  CHECK(talk.heard() == texts{"answer"});
  talk.disconnect();
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 0)});
  CHECK(talk.say(lost("restarted")) == verdict::ignore);
  CHECK(talk.heard() == texts{"a"});
}

TEST_CASE("the end of a session is told after everything that waits") {
  conversation talk;
  talk.begin();
  talk.session.end();
  talk.send(1, "a");
  CHECK(talk.heard() == texts{"a", R"({"jsonrpc":"2.0","method":"session.end"})"});
}

TEST_CASE("a server that counts what was never sent loses the session") {
  for (const std::string& wrong :
       {ack(2), std::string{R"({"jsonrpc":"2.0","method":"session.ack"})"}, std::string{started},
        resumed(0, 1)}) {
    conversation talk;
    talk.begin();
    talk.send(1, "a");
    CHECK(talk.heard() == texts{"a"});
    CHECK(talk.say(wrong) == verdict::end);
    talk.disconnect();
    talk.connect();
    CHECK(talk.heard() == texts{opening()});
  }
}

TEST_CASE("a resume that fits neither side loses the session") {
  // Less than was acknowledged, more than was sent, a gap, no number at all.
  for (const auto& [received, from] : {std::pair{0, 1}, {3, 1}, {1, 3}, {1, 0}}) {
    conversation talk;
    talk.begin();
    talk.send(1, "a");
    talk.send(2, "b");
    CHECK(talk.heard() == texts{"a", "b"});
    CHECK(talk.say(ack(1)) == verdict::ignore);
    CHECK(talk.say(news) == verdict::hand_on);
    talk.disconnect();
    talk.connect();
    CHECK(talk.heard() == texts{resuming("T1", 1)});
    CHECK(talk.say(resumed(received, from)) == verdict::end);
  }
}

TEST_CASE("anything but the session's own messages before it begins is the end") {
  conversation talk;
  talk.connect();
  CHECK(talk.heard() == texts{opening()});
  CHECK(talk.say(news) == verdict::end);
}
