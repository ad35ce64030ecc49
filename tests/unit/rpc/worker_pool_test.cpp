#include "rpc/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>

namespace sidewire::rpc::test {
namespace {

TEST_CASE("a pool runs what it was given, on as many threads as it has") {
  std::promise<void> first_runs;
  std::promise<void> second_runs;
  worker_pool pool{2, 10};
  // Each waits for the other, so both run at once.
  CHECK(pool.try_post([&] {
    first_runs.set_value();
    second_runs.get_future().wait();
  }) == worker_pool::outcome::taken);
  std::promise<void> done;
  CHECK(pool.try_post([&] {
    first_runs.get_future().wait();
    second_runs.set_value();
    done.set_value();
  }) == worker_pool::outcome::taken);
  done.get_future().wait();
}

TEST_CASE("a pool refuses what would wait beyond its bound") {
  std::promise<void> begun;
  std::promise<void> release;
  std::atomic<int> ran{0};
  worker_pool pool{1, 2};
  pool.try_post([&] {
    begun.set_value();
    release.get_future().wait();
  });
  begun.get_future().wait();
  std::promise<void> last;
  CHECK(pool.try_post([&] { ++ran; }) == worker_pool::outcome::taken);
  CHECK(pool.try_post([&] {
    ++ran;
    last.set_value();
  }) == worker_pool::outcome::taken);
  CHECK(pool.try_post([&] { ++ran; }) == worker_pool::outcome::full);
  release.set_value();
  last.get_future().wait();
  CHECK(ran == 2);
}

TEST_CASE("a pool that ends finishes what it is at and drops what waits") {
  std::promise<void> begun;
  std::promise<void> release;
  std::atomic<int> ran{0};
  const auto dropped = std::make_shared<int>();
  auto pool = std::make_unique<worker_pool>(1, 10);
  pool->try_post([&] {
    begun.set_value();
    release.get_future().wait();
    ++ran;
  });
  begun.get_future().wait();
  pool->try_post([&ran, dropped] { ran += 100; });
  CHECK(dropped.use_count() == 2);
  auto ended = std::async(std::launch::async, [&pool] { pool.reset(); });
  while (dropped.use_count() != 1) std::this_thread::yield();
  release.set_value();
  ended.get();
  CHECK(ran == 1);
}

TEST_CASE("a pool without threads or room takes nothing") {
  worker_pool pool{0, 0};
  CHECK(pool.try_post([] {}) == worker_pool::outcome::full);
}

}  // namespace
}  // namespace sidewire::rpc::test
