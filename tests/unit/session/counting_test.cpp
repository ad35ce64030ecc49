#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/unit/session/session_scene.hpp"

/// Acknowledgements, in both directions.

namespace sidewire::session::test {
namespace {

using namespace std::chrono_literals;

struct counting : session_scene {
  counting() : opened{opens(link)} {}

  void takes(int count, std::size_t size_bytes = 10) {
    in_one_turn([&] {
      while (count-- > 0) CHECK(opened.take(opened.received() + 1, size_bytes));
    });
  }
  void hears_ack(std::uint64_t received) {
    link.hears(method::ack, R"({"received":)" + std::to_string(received) + "}");
  }

  scripted_link link;
  session& opened;
};

TEST_CASE_FIXTURE(counting, "32 messages are acknowledged at once") {
  takes(31);
  link.hears_nothing();
  takes(1);
  hears_ack(32);
  takes(31);
  link.hears_nothing();
  takes(1);
  hears_ack(64);
}

TEST_CASE_FIXTURE(counting, "half of the resume buffer's bytes are acknowledged at once") {
  takes(1, limits.resume_buffer_bytes / 2 - 1);
  link.hears_nothing();
  takes(1, 1);
  hears_ack(2);
  takes(1, 1);
  link.hears_nothing();
  takes(1, limits.resume_buffer_bytes);
  hears_ack(4);
}

TEST_CASE_FIXTURE(counting, "anything new is acknowledged within a second") {
  takes(1);
  time_passes(999ms);
  hears_ack(1);
  takes(1);
  time_passes(999ms);
  hears_ack(2);
}

TEST_CASE_FIXTURE(counting, "what is new shortly after an acknowledgement has its own second") {
  takes(32);
  hears_ack(32);
  takes(1);
  time_passes(999ms);
  hears_ack(33);
}

TEST_CASE_FIXTURE(counting, "nothing new is not acknowledged") {
  takes(1);
  time_passes(1s);
  hears_ack(1);
  time_passes(10s);
  link.hears_nothing();
}

TEST_CASE_FIXTURE(counting, "what a resume has told is not acknowledged again") {
  takes(3);
  kept().detach(opened);
  time_passes(2s);
  scripted_link second;
  recovers(opened, 0, second);
  time_passes(10s);
  second.hears_nothing();
}

TEST_CASE_FIXTURE(counting, "a client acknowledges what was sent, and no more than that") {
  tells(opened, tick);
  tells(opened, tick);
  link.forgets_what_it_heard();
  CHECK(opened.acknowledge(0));
  CHECK(opened.sent().unacknowledged_bytes() == 2 * tick.size());
  CHECK(opened.acknowledge(2));
  CHECK(opened.sent().unacknowledged_bytes() == 0);
  CHECK(opened.acknowledge(1));
  CHECK(opened.sent().acknowledged() == 2);
  CHECK_FALSE(opened.acknowledge(3));
}

TEST_CASE_FIXTURE(counting, "a link that takes nothing is given nothing, until it does") {
  link.takes = false;
  tells(opened, tick);
  tells(opened, tick);
  link.hears_nothing();
  CHECK_FALSE(opened.acknowledge(1));
  link.takes = true;
  in_one_turn([this] { opened.link_has_room(); });
  link.hears(1, tick);
  link.hears(2, tick);
}

TEST_CASE_FIXTURE(counting, "answers do not wait for room") {
  link.leaves = false;
  CHECK_FALSE(opened.has_room());
  calls(opened, "count", 1);
  link.hears(1, answer_to(1));
}

TEST_CASE_FIXTURE(counting,
                  "there is room while under half of the resume buffer waits for the client") {
  limits.resume_buffer_bytes = 4 * tick.size();
  CHECK(opened.has_room());
  tells(opened, tick);
  CHECK(opened.has_room());
  tells(opened, tick);
  CHECK_FALSE(opened.has_room());
  CHECK(opened.acknowledge(1));
  CHECK(opened.has_room());
  link.forgets_what_it_heard();
  kept().detach(opened);
  CHECK_FALSE(opened.has_room());
}

}  // namespace
}  // namespace sidewire::session::test
