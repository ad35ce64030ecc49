#include "base/buffer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace sidewire::base {
namespace {

TEST_CASE("a buffer gives at the front what was put in at the back") {
  buffer bytes;
  CHECK(bytes.empty());
  bytes.append("hello");
  bytes.push_back(' ');
  bytes.append("world");
  CHECK(bytes.view() == "hello world");
  bytes.consume(6);
  CHECK(bytes.view() == "world");
  bytes.append("!");
  CHECK(bytes.view() == "world!");
  bytes.consume(6);
  CHECK(bytes.empty());
}

TEST_CASE("a buffer agrees with a string, whatever is appended and consumed") {
  buffer bytes;
  std::string expected;
  unsigned seed = 1;
  const auto next = [&seed](unsigned bound) {
    seed = seed * 1664525 + 1013904223;
    return seed / 65536 % bound;
  };
  for (int step = 0; step < 20'000; ++step) {
    if (next(2) == 0) {
      const std::string piece(next(300), static_cast<char>('a' + next(26)));
      bytes.append(piece);
      expected += piece;
    } else {
      const std::size_t count = next(static_cast<unsigned>(expected.size()) + 1);
      bytes.consume(count);
      expected.erase(0, count);
    }
    if (bytes.view() != expected) FAIL("different after step " << step);
  }
  CHECK(bytes.capacity_bytes() < 64 * 1024);
}

TEST_CASE("there are always padding bytes to read behind what was written") {
  buffer bytes;
  bytes.prepare(0);
  for (int size = 0; size < 5000; ++size) {
    if (bytes.capacity_bytes() < bytes.size() + buffer::padding) FAIL("too few at " << size);
    bytes.push_back('x');
  }
}

TEST_CASE("only what is committed of a prepared room counts") {
  buffer bytes;
  bytes.append("ab");
  char* room = bytes.prepare(100);
  room[0] = 'c';
  bytes.commit(1);
  CHECK(bytes.view() == "abc");
}

TEST_CASE("a buffer is cut at the back and emptied without giving memory back") {
  buffer bytes;
  bytes.append("xabcdef");
  bytes.consume(1);
  bytes.truncate(3);
  CHECK(bytes.view() == "abc");
  const std::size_t capacity = bytes.capacity_bytes();
  bytes.clear();
  CHECK(bytes.empty());
  CHECK(bytes.capacity_bytes() == capacity);
  bytes.release();
  CHECK(bytes.capacity_bytes() == 0);
  bytes.append("again");
  CHECK(bytes.view() == "again");
}

TEST_CASE("a buffer that was moved from is empty and can be used again") {
  buffer first;
  first.append("text");
  first.consume(1);
  buffer second{std::move(first)};
  CHECK(second.view() == "ext");
  CHECK(first.empty());
  first.append("new");
  CHECK(first.view() == "new");
  second = std::move(first);
  CHECK(second.view() == "new");
  CHECK(first.empty());
}

TEST_CASE("a buffer that is consumed as it is filled does not grow") {
  buffer bytes;
  bytes.append(std::string(1000, 'x'));
  const std::size_t capacity = bytes.capacity_bytes();
  for (int round = 0; round < 1000; ++round) {
    bytes.consume(bytes.size() - 10);
    bytes.append(std::string(990, 'y'));
  }
  CHECK(bytes.capacity_bytes() <= 2 * capacity);
}

}  // namespace
}  // namespace sidewire::base
