#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "session_conversation.hpp"

using namespace std::chrono_literals;
using namespace sidewire::test;

TEST_CASE("what waits goes in one envelope, numbered") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.posted().empty());
  talk.send(1, "1");
  talk.send(2, "2");
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2],"received":0})");
  CHECK(talk.posted().empty());
  talk.send(3, "3");
  CHECK(talk.posted() == R"({"first":3,"messages":[3],"received":0})");
  CHECK(talk.session.envelope_taken(2));
  CHECK(talk.session.unacknowledged_count() == 1);
  CHECK(talk.session.envelope_taken(3));
  CHECK(talk.told == texts{"running", "written 1", "written 2", "written 3"});
}

TEST_CASE(
    "an envelope whose answer was lost goes again with the same numbers, and what waits too") {
  conversation talk;
  talk.begin(upward::envelopes);
  talk.send(1, "1");
  CHECK(talk.posted() == R"({"first":1,"messages":[1],"received":0})");
  talk.send(2, "2");
  talk.session.envelope_lost();
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2],"received":0})");
}

TEST_CASE("a gap makes everything that the server lacks go again") {
  conversation talk;
  talk.begin(upward::envelopes);
  for (const char* text : {"1", "2", "3"}) talk.send(1, text);
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2,3],"received":0})");
  CHECK(talk.session.envelope_refused(1));
  CHECK(talk.posted() == R"({"first":2,"messages":[2,3],"received":0})");
  CHECK_FALSE(talk.session.envelope_refused(0));
  CHECK_FALSE(talk.session.envelope_refused(4));
}

TEST_CASE("what a refused POST brought for the first time was never written") {
  conversation talk;
  talk.begin(upward::envelopes);
  talk.send(1, "1");
  CHECK(talk.posted() == R"({"first":1,"messages":[1],"received":0})");
  talk.session.envelope_lost();
  talk.send(2, "2");
  talk.send(3, "3");
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2,3],"received":0})");
  talk.session.envelope_rejected();
  CHECK(talk.session.unacknowledged_count() == 1);
  CHECK(talk.told ==
        texts{"running", "written 1", "written 2", "written 3", "unwritten 3", "unwritten 2"});
  talk.disconnect();
  talk.connect();
  CHECK(talk.say(lost("expired")) == verdict::ignore);
  CHECK(talk.heard() == texts{resuming("T1", 0), "2", "3"});
}

TEST_CASE("an envelope says what was received, by itself where nothing else is to be said") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.say(news) == verdict::hand_on);
  CHECK(talk.posted().empty());
  talk.now += 1s;
  CHECK(talk.session.on_time(talk.now));
  CHECK(talk.posted() == R"({"received":1})");
  CHECK(talk.posted().empty());
}

TEST_CASE("a poll acknowledges, so that no envelope needs to") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.say(news) == verdict::hand_on);
  CHECK(talk.session.acknowledge_by_poll() == 1);
  CHECK(talk.session.on_time(talk.now + 1s));
  CHECK(talk.posted().empty());
}

TEST_CASE("signs of life in an envelope are not counted") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.say(ping) == verdict::ignore);
  talk.session.ask_for_life();
  talk.send(1, "1");
  CHECK(talk.posted() == R"({"first":1,"messages":[)" + ping + ',' + pong + R"(,1],"received":0})");
}

TEST_CASE("the end of a session goes behind everything else") {
  conversation talk;
  talk.begin(upward::envelopes);
  talk.send(1, "1");
  talk.session.end();
  CHECK(talk.posted() ==
        R"({"first":1,"messages":[1,{"jsonrpc":"2.0","method":"session.end"}],"received":0})");
  CHECK(talk.posted().empty());
}

TEST_CASE("an envelope holds no more than the server takes in one message") {
  conversation talk;
  talk.begin(upward::envelopes);  // 300 bytes
  const std::string half(120, '1');
  const std::string too_much(210, '1');
  talk.send(1, half);
  talk.send(2, half);
  talk.send(3, too_much);
  CHECK(talk.posted() == R"({"first":1,"messages":[)" + half + R"(],"received":0})");
  CHECK(talk.posted() == R"({"first":2,"messages":[)" + half + R"(],"received":0})");
  CHECK(talk.posted().empty());
  CHECK(talk.told == texts{"running", "written 1", "written 2", "refused 3 maxMessageBytes"});
}

TEST_CASE("numbers go on when a session moves from a WebSocket to envelopes and back") {
  conversation talk;
  talk.connect();
  CHECK(talk.heard() == texts{opening()});
  CHECK(talk.say(roomy) == verdict::ignore);
  talk.send(1, "1");
  talk.send(1, "2");
  CHECK(talk.heard() == texts{"1", "2"});
  talk.disconnect();
  talk.connect(upward::envelopes);
  CHECK(talk.say(resumed(1, 1)) == verdict::ignore);
  talk.send(1, "3");
  CHECK(talk.posted() == R"({"first":2,"messages":[2,3],"received":0})");
  talk.disconnect();
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 0)});
  CHECK(talk.say(resumed(2, 1)) == verdict::ignore);
  CHECK(talk.heard() == texts{"3"});
}

TEST_CASE("what a late POST brought still goes on the WebSocket, where no numbers are written") {
  conversation talk;
  talk.begin(upward::envelopes);
  for (const char* text : {"1", "2", "3"}) talk.send(1, text);
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2,3],"received":0})");
  talk.disconnect();
  talk.connect();
  CHECK(talk.heard() == texts{resuming("T1", 0)});
  CHECK(talk.say(resumed(0, 1)) == verdict::ignore);
  CHECK(talk.say(ack(2)) == verdict::ignore);  // the POST has come meanwhile
  CHECK(talk.session.unacknowledged_count() == 3);
  CHECK(talk.heard() == texts{"1", "2", "3"});
  CHECK(talk.session.unacknowledged_count() == 1);
  CHECK(talk.say(ack(3)) == verdict::ignore);
  CHECK(talk.session.unacknowledged_count() == 0);
}

TEST_CASE("an acknowledgement that the answer to a POST has overtaken is passed over") {
  conversation talk;
  talk.begin(upward::envelopes);
  for (const char* text : {"1", "2"}) talk.send(1, text);
  CHECK(talk.posted() == R"({"first":1,"messages":[1,2],"received":0})");
  CHECK(talk.session.envelope_taken(2));
  CHECK(talk.say(ack(1)) == verdict::ignore);
  CHECK(talk.session.unacknowledged_count() == 0);
  CHECK(talk.say(ack(3)) == verdict::end);
}

TEST_CASE("numbers that a transport writes down are kept to") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.session.expect(1));
  CHECK(talk.say(news) == verdict::hand_on);
  CHECK(talk.session.expect(1));
  CHECK(talk.say(news) == verdict::ignore);
  CHECK_FALSE(talk.session.expect(3));
  CHECK_FALSE(talk.session.expect(0));
  CHECK(talk.session.expect(2));
  CHECK(talk.say(news) == verdict::hand_on);
}

TEST_CASE("what the server closes an event stream with is told") {
  conversation talk;
  talk.begin(upward::envelopes);
  CHECK(talk.say(R"({"jsonrpc":"2.0","method":"session.closed",)"
                 R"("params":{"code":4009,"reason":"moved"}})") == verdict::ignore);
  CHECK(talk.told == texts{"running", "closed 4009 moved"});
}

TEST_CASE("bytes that are no message are a sign of life too") {
  conversation talk;
  talk.begin(upward::envelopes);
  talk.now += 25s;
  talk.session.heard(talk.now);
  talk.now += 29s;
  CHECK(talk.session.on_time(talk.now));
  talk.now += 1s;
  CHECK_FALSE(talk.session.on_time(talk.now));
}

TEST_CASE("what is to be opened is told as headers need it") {
  conversation talk;
  talk.begin();
  CHECK(talk.say(news) == verdict::hand_on);
  const auto opening = talk.session.opening();
  CHECK(opening.client == "test/1");
  CHECK(opening.resume_token == "T1");
  CHECK(opening.received == 1);
  CHECK_FALSE(opening.takes_requests);
}
