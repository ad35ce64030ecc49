#include <doctest/doctest.h>

#include <array>
#include <string>

#include "tests/unit/session/session_scene.hpp"

/// How sessions are opened and resumed, and what is said where they cannot be.

namespace sidewire::session::test {
namespace {

namespace codes = protocol::close_code;

TEST_CASE_FIXTURE(session_scene, "a fresh session is told all about itself") {
  scripted_link link;
  in_one_turn([&] { kept().open({}, {}, ada, link); });
  link.hears(method::started, R"({"session":"instance-1.0.1",
      "resumeToken":"instance-1.0.1.secret 1","instance":"instance-1","version":"1.2.3",
      "resumeWindowMs":60000,"resumeBufferBytes":4194304,"heartbeatMs":15000,
      "limits":{"maxMessageBytes":16777216,"maxBatch":100}})");
  CHECK(kept().size() == 1);
  CHECK(kept().detached_count() == 0);
}

TEST_CASE_FIXTURE(session_scene, "a session answers over its connection, in order, from 1") {
  scripted_link link;
  session& opened = opens(link);
  calls(opened, "count", 7);
  tells(opened, tick);
  calls(opened, "count", 8);
  link.hears(1, answer_to(7));
  link.hears(2, tick);
  link.hears(3, answer_to(8));
  CHECK(opened.received() == 2);
}

TEST_CASE_FIXTURE(session_scene, "a resume brings what the client lacks, and only that") {
  scripted_link first;
  session& opened = opens(first);
  calls(opened, "count", 1);
  tells(opened, tick);
  first.forgets_what_it_heard();
  kept().detach(opened);
  tells(opened, R"({"jsonrpc":"2.0","method":"meanwhile"})");

  scripted_link second;
  recovers(opened, 1, second);
  second.hears(2, tick);
  second.hears(3, R"({"jsonrpc":"2.0","method":"meanwhile"})");
  CHECK(opened.sent().acknowledged() == 1);
  tells(opened, tick);
  second.hears(4, tick);
}

TEST_CASE_FIXTURE(session_scene, "a client that has had nothing resumes from the beginning") {
  scripted_link first;
  session& opened = opens(first);
  tells(opened, tick);
  first.forgets_what_it_heard();
  kept().detach(opened);

  scripted_link second;
  const auto outcome = resumes(token_of(opened), std::nullopt, second);
  CHECK(std::get<session*>(outcome) == &opened);
  second.hears(method::resumed, R"({"recovered":true,"received":0,"from":1})");
  second.hears(1, tick);
}

TEST_CASE_FIXTURE(session_scene,
                  "an answer that is ready while nobody is there is delivered later") {
  scripted_link first;
  session& opened = opens(first);
  calls(opened, "wait", 1);
  kept().detach(opened);
  waits.open();
  settle();
  CHECK(opened.sent().last() == 1);

  scripted_link second;
  recovers(opened, 0, second);
  second.hears(1, answer_to(1));
}

TEST_CASE_FIXTURE(session_scene, "a call that runs while the session moves is answered there") {
  scripted_link first;
  session& opened = opens(first);
  calls(opened, "wait", 1);
  scripted_link second;
  recovers(opened, 0, second);
  first.was_closed(codes::replaced);
  waits.open();
  settle();
  second.hears(1, answer_to(1));
}

TEST_CASE_FIXTURE(session_scene,
                  "what the older connection has received counts before the resume is answered") {
  scripted_link first;
  session& opened = opens(first);
  first.when_closed = [&] { CHECK_FALSE(opened.is_attached()); };
  calls(opened, "count", 1);
  first.forgets_what_it_heard();

  scripted_link second;
  const auto outcome = resumes(token_of(opened), 0, second);
  CHECK(std::get<session*>(outcome) == &opened);
  first.was_closed(codes::replaced);
  second.hears(method::resumed, R"({"recovered":true,"received":1,"from":1})");
  second.hears(1, answer_to(1));
}

TEST_CASE_FIXTURE(session_scene, "a message that the client sends again is not run again") {
  scripted_link link;
  session& opened = opens(link);
  calls(opened, "count", 1);
  CHECK_FALSE(opened.take(1, 10));
  CHECK(opened.take(2, 10));
  CHECK_FALSE(opened.take(1, 10));
  CHECK_FALSE(opened.take(2, 10));
  CHECK(opened.received() == 2);
  link.hears(1, answer_to(1));
}

TEST_CASE_FIXTURE(session_scene,
                  "a resume after an answer to a resume was lost brings it all again") {
  scripted_link first;
  session& opened = opens(first);
  tells(opened, tick);
  first.forgets_what_it_heard();
  std::array<scripted_link, 3> later;
  for (scripted_link& next : later) {
    recovers(opened, 0, next);
    next.hears(1, tick);
  }
  later[0].was_closed(codes::replaced);
  later[1].was_closed(codes::replaced);
  CHECK(later[2].is_open());
}

TEST_CASE_FIXTURE(session_scene, "a token that we never gave is unknown") {
  scripted_link first;
  session& opened = opens(first);
  const std::string token = token_of(opened);
  for (const std::string& strange :
       {std::string{}, std::string{"nonsense"}, token.substr(0, token.size() - 1), token + "x",
        std::string{"instance-1.0.7.secret 1"}, std::string{"instance-1.9.1.secret 1"}}) {
    CAPTURE(strange);
    scripted_link link;
    starts_afresh(strange, 0, link, "unknown");
  }
  tells(opened, tick);
  first.hears(1, tick);
}

TEST_CASE_FIXTURE(session_scene, "a token of the server before its restart says so") {
  scripted_link first;
  const std::string token = token_of(opens(first));
  restarts();
  scripted_link second;
  starts_afresh(token, 0, second, "restarted");
}

TEST_CASE_FIXTURE(session_scene, "a session whose window is over has expired") {
  scripted_link first;
  session& opened = opens(first);
  const std::string token = token_of(opened);
  kept().detach(opened);
  time_passes(limits.resume_window);
  scripted_link second;
  starts_afresh(token, 0, second, "expired");
}

TEST_CASE_FIXTURE(session_scene, "a session that was ended has expired") {
  scripted_link first;
  session& opened = opens(first);
  const std::string token = token_of(opened);
  in_one_turn([&] { kept().end(opened); });
  scripted_link second;
  starts_afresh(token, 0, second, "expired");
}

TEST_CASE_FIXTURE(session_scene,
                  "where what is missing was forgotten, the session ends with its calls and "
                  "connection, and a fresh one begins") {
  limits.resume_buffer_bytes = 100;
  scripted_link first;
  session& opened = opens(first);
  const std::string token = token_of(opened);
  calls(opened, "wait", 1);
  for (int count = 0; count != 5; ++count) tells(opened, tick);
  first.forgets_what_it_heard();

  scripted_link second;
  starts_afresh(token, 1, second, "overflow");
  first.was_closed(codes::replaced);
  settle();
  CHECK(waits.told_count() == 1);
  CHECK(kept().size() == 1);
  scripted_link third;
  starts_afresh(token, 1, third, "expired");
}

TEST_CASE_FIXTURE(session_scene, "where nothing is missing it recovers, whatever was forgotten") {
  limits.resume_buffer_bytes = 100;
  scripted_link first;
  session& opened = opens(first);
  for (int count = 0; count != 5; ++count) tells(opened, tick);
  first.forgets_what_it_heard();
  kept().detach(opened);
  scripted_link second;
  recovers(opened, 5, second);
}

TEST_CASE_FIXTURE(session_scene, "what was forgotten unwritten is an overflow for everybody") {
  limits.resume_buffer_bytes = 100;
  scripted_link first;
  session& opened = opens(first);
  const std::string token = token_of(opened);
  kept().detach(opened);
  for (int count = 0; count != 5; ++count) tells(opened, tick);
  scripted_link second;
  starts_afresh(token, 0, second, "overflow");
}

TEST_CASE_FIXTURE(session_scene, "with fewer rights than before a fresh session begins") {
  scripted_link first;
  session& opened = opens(first, somebody("ada", {"read", "write"}));
  const std::string token = token_of(opened);
  calls(opened, "wait", 1);
  scripted_link second;
  starts_afresh(token, 0, second, "forbidden", somebody("ada", {"write"}));
  first.was_closed(codes::replaced);
  settle();
  CHECK(waits.told_count() == 1);
}

TEST_CASE_FIXTURE(session_scene, "more rights than before, or all of them, lose nothing") {
  scripted_link first;
  session& opened = opens(first, somebody("ada", {"read"}));
  kept().detach(opened);
  for (const auto& who : {somebody("ada", {"write", "read"}), somebody("ada", {"admin"})}) {
    scripted_link next;
    const auto outcome = resumes(token_of(opened), 0, next, who);
    CHECK(std::get<session*>(outcome) == &opened);
    next.hears(method::resumed, R"({"recovered":true,"received":0,"from":1})");
    CHECK(opened.who() == who);
    kept().detach(opened);
  }
}

/// A session with a connection, one message acknowledged and one not.
struct refusals : session_scene {
  refusals() : opened{opens(link)}, token{token_of(opened)} {
    tells(opened, tick);
    tells(opened, tick);
    CHECK(opened.acknowledge(1));
    link.forgets_what_it_heard();
  }
  void is_untouched() {
    CHECK(link.is_open());
    CHECK(opened.is_attached());
    CHECK(opened.sent().acknowledged() == 1);
    tells(opened, tick);
    link.hears(3, tick);
  }

  scripted_link link;
  session& opened;
  std::string token;
};

TEST_CASE_FIXTURE(refusals, "somebody else's resume is refused and changes nothing") {
  scripted_link other;
  is_refused(token, 1, other, codes::forbidden, somebody("eve", {"read", "admin"}));
  is_untouched();
}

TEST_CASE_FIXTURE(refusals,
                  "a resume with more than was ever sent is refused and changes nothing") {
  scripted_link other;
  is_refused(token, 3, other, codes::bad_request);
  is_refused(token, static_cast<std::uint64_t>(-1), other, codes::bad_request);
  is_untouched();
}

TEST_CASE_FIXTURE(
    refusals, "a resume with less than was acknowledged is late, refused, and changes nothing") {
  scripted_link other;
  is_refused(token, 0, other, codes::replaced);
  is_untouched();
}

TEST_CASE_FIXTURE(refusals, "what is not written yet was never sent") {
  kept().detach(opened);
  tells(opened, tick);
  scripted_link other;
  is_refused(token, 3, other, codes::bad_request);
  recovers(opened, 2, other);
  other.hears(3, tick);
}

TEST_CASE_FIXTURE(refusals, "a refused resume does not make a session wait longer") {
  kept().detach(opened);
  time_passes(limits.resume_window - std::chrono::milliseconds{1});
  scripted_link other;
  is_refused(token, 0, other, codes::replaced);
  CHECK(kept().detached_count() == 1);
  time_passes(std::chrono::milliseconds{1});
  CHECK(kept().size() == 0);
}

TEST_CASE_FIXTURE(session_scene, "a late resume is refused even where it would be an overflow") {
  limits.resume_buffer_bytes = 1;
  scripted_link link;
  session& opened = opens(link);
  for (int count = 0; count != 3; ++count) tells(opened, tick);
  CHECK(opened.acknowledge(1));
  link.forgets_what_it_heard();
  scripted_link other;
  is_refused(token_of(opened), 0, other, codes::replaced);
  CHECK(link.is_open());
}

struct two_shards : session_scene {
  two_shards() : session_scene{2} {}
};

TEST_CASE_FIXTURE(two_shards, "a token of another shard is sent there, and nothing is made here") {
  scripted_link link;
  const auto outcome = resumes("instance-1.1.1.secret", 0, link);
  REQUIRE(std::holds_alternative<store::elsewhere>(outcome));
  CHECK(std::get<store::elsewhere>(outcome).shard == 1);
  CHECK(kept().size() == 0);
}

}  // namespace
}  // namespace sidewire::session::test
