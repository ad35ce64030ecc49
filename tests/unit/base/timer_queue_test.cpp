#include "base/timer_queue.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace sidewire::base {
namespace {

using std::chrono::milliseconds;

time_point at(int ms) {
  return time_point{} + milliseconds{ms};
}

/// Writes down when it expired.
class recorder : public timer {
 public:
  recorder(std::vector<int>& expired_names, int name) : names_{expired_names}, name_{name} {}

 protected:
  void expired(time_point) override { names_.push_back(name_); }

 private:
  std::vector<int>& names_;
  int name_;
};

struct fixture {
  timer_queue queue;
  std::vector<int> names;

  ~fixture() { CHECK(queue.size() == 0); }
};

TEST_CASE_FIXTURE(fixture, "timers expire in the order of their times, and not before") {
  recorder third{names, 3};
  recorder first{names, 1};
  recorder second{names, 2};
  queue.set(third, at(30));
  queue.set(first, at(10));
  queue.set(second, at(20));
  CHECK(queue.next() == at(10));
  queue.run_expired(at(9));
  CHECK(names.empty());
  queue.run_expired(at(10));
  CHECK(names == std::vector{1});
  CHECK_FALSE(first.is_set());
  queue.run_expired(at(100));
  CHECK(names == std::vector{1, 2, 3});
  CHECK(queue.next() == std::nullopt);
}

TEST_CASE_FIXTURE(fixture, "a cancelled timer never expires, nor does one that is destroyed") {
  recorder kept{names, 1};
  recorder cancelled{names, 2};
  auto destroyed = std::make_unique<recorder>(names, 3);
  queue.set(kept, at(10));
  queue.set(cancelled, at(5));
  queue.set(*destroyed, at(1));
  cancelled.cancel();
  destroyed.reset();
  CHECK_FALSE(cancelled.is_set());
  CHECK(queue.size() == 1);
  queue.run_expired(at(100));
  CHECK(names == std::vector{1});
}

TEST_CASE_FIXTURE(fixture, "a timer that is set anew expires at the new time alone") {
  recorder moved{names, 1};
  queue.set(moved, at(10));
  queue.set(moved, at(50));
  CHECK(queue.size() == 1);
  queue.run_expired(at(20));
  CHECK(names.empty());
  queue.set(moved, at(30));
  queue.run_expired(at(30));
  CHECK(names == std::vector{1});
}

TEST_CASE("a timer may set itself again while it expires, and cancel others that are due") {
  timer_queue queue;
  struct owner {
    timer_queue& queue;
    int count = 0;
    void tick(time_point now) {
      ++count;
      other.cancel();
      if (count < 3) queue.set(own, now + milliseconds{10});
    }
    void never(time_point) { count += 100; }
    member_timer<owner, &owner::tick> own{*this};
    member_timer<owner, &owner::never> other{*this};
  } ticking{queue};
  queue.set(ticking.own, at(10));
  queue.set(ticking.other, at(11));
  for (int ms = 0; ms <= 100; ms += 20) queue.run_expired(at(ms));
  CHECK(ticking.count == 3);
  CHECK(queue.size() == 0);
}

TEST_CASE("a queue says when its next time has come nearer, and only then") {
  int sooner_count = 0;
  timer_queue queue{[&] { ++sooner_count; }};
  std::vector<int> names;
  recorder first{names, 1};
  recorder second{names, 2};
  queue.set(first, at(20));
  CHECK(sooner_count == 1);
  queue.set(second, at(30));
  CHECK(sooner_count == 1);
  queue.set(second, at(10));
  CHECK(sooner_count == 2);
  first.cancel();
  second.cancel();
  CHECK(sooner_count == 2);
}

TEST_CASE_FIXTURE(fixture,
                  "a thousand timers, set, moved and cancelled at random, expire in order") {
  std::vector<std::unique_ptr<recorder>> timers;
  std::vector<int> due(1000, -1);  // when each is due, or -1
  for (int name = 0; name < 1000; ++name) {
    timers.push_back(std::make_unique<recorder>(names, name));
  }
  unsigned seed = 7;
  const auto next = [&seed](unsigned bound) {
    seed = seed * 1664525 + 1013904223;
    return static_cast<int>(seed / 65536 % bound);
  };
  for (int step = 0; step < 10'000; ++step) {
    const int name = next(1000);
    if (next(4) == 0) {
      timers[static_cast<std::size_t>(name)]->cancel();
      due[static_cast<std::size_t>(name)] = -1;
    } else {
      const int when = 1 + next(500);
      queue.set(*timers[static_cast<std::size_t>(name)], at(when));
      due[static_cast<std::size_t>(name)] = when;
    }
  }
  std::size_t expected = 0;
  for (const int when : due) expected += when < 0 ? 0 : 1;
  CHECK(queue.size() == expected);
  queue.run_expired(at(1000));
  REQUIRE(names.size() == expected);
  for (std::size_t index = 1; index < names.size(); ++index) {
    const auto when = [&](int name) { return due[static_cast<std::size_t>(name)]; };
    if (when(names[index - 1]) > when(names[index])) FAIL("out of order at " << index);
  }
}

}  // namespace
}  // namespace sidewire::base
