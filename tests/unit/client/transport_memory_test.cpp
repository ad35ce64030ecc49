#include "client/transport_memory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using sidewire::error;
using sidewire::error_kind;
using sidewire::base::time_point;
using sidewire::client::index_of;
using sidewire::client::session_transport;
using sidewire::client::transport_failures;
using sidewire::client::transport_memory;

namespace {

transport_failures blocked() {
  transport_failures made;
  made[index_of(session_transport::websocket)] = error{error_kind::unavailable, "blocked"};
  return made;
}

bool is_blocked(const transport_failures& known) {
  return known[index_of(session_transport::websocket)].has_value();
}

}  // namespace

TEST_CASE("what failed at an address is remembered there, and for a while") {
  transport_memory memory;
  const time_point now{};
  memory.keep("a:1", blocked(), now);
  CHECK(is_blocked(memory.recall("a:1", now + transport_memory::max_age - 1ms)));
  CHECK_FALSE(is_blocked(memory.recall("a:2", now)));
  CHECK_FALSE(is_blocked(memory.recall("a:1", now + transport_memory::max_age)));
}

TEST_CASE("what works again is forgotten") {
  transport_memory memory;
  memory.keep("a:1", blocked(), {});
  memory.keep("a:1", {}, {});
  CHECK_FALSE(is_blocked(memory.recall("a:1", {})));
}

TEST_CASE("of too many addresses the one told of longest ago is forgotten") {
  transport_memory memory;
  time_point now{};
  const auto name = [](std::size_t number) { return std::to_string(number); };
  for (std::size_t made = 0; made < transport_memory::max_addresses; ++made) {
    memory.keep(name(made), blocked(), now += 1ms);
  }
  memory.keep(name(0), blocked(), now += 1ms);
  memory.keep("one more", blocked(), now += 1ms);
  CHECK(is_blocked(memory.recall(name(0), now)));
  CHECK_FALSE(is_blocked(memory.recall(name(1), now)));
  CHECK(is_blocked(memory.recall(name(2), now)));
  CHECK(is_blocked(memory.recall("one more", now)));
}
