#include "session/outbox.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sidewire::session::test {
namespace {

using forgetting = outbox::forgetting;

constexpr std::size_t max_bytes = 10;

struct outboxes {
  outbox_memory memory;
  outbox sent{memory, max_bytes};

  void put(std::string_view text, forgetting may = forgetting::written_alone) {
    sent.begin().append(text);
    sent.end(format::json, may);
  }
  /// Writes the next; its text.
  std::string write() {
    const outbox::message next = sent.unwritten();
    std::string text{next.bytes};
    sent.mark_written();
    return text;
  }
  /// Writes what waits, as "1:one 2:two ".
  std::string write_all() {
    std::string written;
    while (sent.has_unwritten()) {
      const std::uint64_t number = sent.unwritten().number;
      written += std::to_string(number) + ':' + write() + ' ';
    }
    return written;
  }
};

TEST_CASE_FIXTURE(outboxes, "outbox numbers messages from 1 and writes them in order") {
  CHECK(sent.last() == 0);
  CHECK_FALSE(sent.has_unwritten());
  put("one");
  put("two");
  CHECK(sent.last() == 2);
  CHECK(sent.unacknowledged_bytes() == 6);
  CHECK(sent.ever_written() == 0);
  CHECK(write_all() == "1:one 2:two ");
  CHECK(sent.ever_written() == 2);
  CHECK(sent.acknowledged() == 0);
}

TEST_CASE_FIXTURE(outboxes, "outbox forgets what is acknowledged, and nothing else") {
  put("one");
  put("two");
  put("tri");
  write_all();
  sent.acknowledge(2);
  CHECK(sent.acknowledged() == 2);
  CHECK(sent.unacknowledged_bytes() == 3);
  CHECK_FALSE(sent.reaches_back_to(1));
  CHECK(sent.reaches_back_to(2));
  sent.acknowledge(1);
  CHECK(sent.acknowledged() == 2);
  CHECK(sent.unacknowledged_bytes() == 3);
  sent.acknowledge(3);
  CHECK(sent.unacknowledged_bytes() == 0);
  CHECK(sent.last() == 3);
  put("4");
  CHECK(write_all() == "4:4 ");
}

TEST_CASE_FIXTURE(outboxes, "outbox writes again from the mark that it is rewound to") {
  put("one");
  put("two");
  put("tri");
  write_all();
  sent.acknowledge(1);
  sent.rewind_to(1);
  CHECK(write_all() == "2:two 3:tri ");
  sent.rewind_to(1);
  CHECK(write() == "two");
  CHECK(sent.ever_written() == 3);
}

TEST_CASE_FIXTURE(outboxes, "what is acknowledged before it was written again is not written") {
  put("one");
  put("two");
  put("tri");
  write_all();
  sent.rewind_to(0);
  sent.acknowledge(2);
  CHECK(write_all() == "3:tri ");
}

TEST_CASE_FIXTURE(outboxes,
                  "a detached outbox beyond its bound forgets the oldest, written or not") {
  put("1234");
  CHECK(write() == "1234");
  put("5678", forgetting::any);
  put("90", forgetting::any);
  CHECK(sent.reaches_back_to(0));
  CHECK(sent.unacknowledged_bytes() == max_bytes);
  put("abcdef", forgetting::any);
  CHECK_FALSE(sent.reaches_back_to(1));
  CHECK(sent.reaches_back_to(2));
  CHECK(sent.unacknowledged_bytes() == 8);
  sent.rewind_to(2);
  CHECK(write_all() == "3:90 4:abcdef ");
}

TEST_CASE_FIXTURE(outboxes, "an attached outbox beyond its bound forgets written ones alone") {
  put("12345");
  put("67890");
  put("abcde");
  CHECK(sent.unacknowledged_bytes() == 15);
  CHECK(write() == "12345");
  put("fghij");
  CHECK_FALSE(sent.reaches_back_to(0));
  CHECK(sent.reaches_back_to(1));
  CHECK(write_all() == "2:67890 3:abcde 4:fghij ");
  put("k");
  CHECK(sent.unacknowledged_bytes() == 6);
  CHECK(write_all() == "5:k ");
}

TEST_CASE_FIXTURE(outboxes, "an empty outbox takes one message of any size") {
  const std::string large(5 * max_bytes, 'x');
  CHECK(sent.has_room_for(large.size()));
  put(large, forgetting::any);
  CHECK(sent.unacknowledged_bytes() == large.size());
  CHECK_FALSE(sent.has_room_for(0));
  CHECK(write() == large);
  sent.rewind_to(0);
  CHECK(write() == large);
  put("next");
  CHECK(sent.unacknowledged_bytes() == 4);
  CHECK(write_all() == "2:next ");
}

TEST_CASE_FIXTURE(outboxes, "a large message displaces all before it") {
  const std::string large(5 * max_bytes, 'x');
  put("one", forgetting::any);
  put("two", forgetting::any);
  put(large, forgetting::any);
  CHECK(sent.unacknowledged_bytes() == large.size());
  CHECK_FALSE(sent.reaches_back_to(1));
  CHECK(sent.reaches_back_to(2));
}

TEST_CASE_FIXTURE(outboxes, "outbox has room up to its bound exactly") {
  put("1234567");
  CHECK(sent.has_room_for(3));
  CHECK_FALSE(sent.has_room_for(4));
}

TEST_CASE_FIXTURE(outboxes, "a message that is dropped leaves no trace") {
  put("one");
  sent.begin().append("never");
  sent.drop();
  CHECK(sent.last() == 1);
  CHECK(sent.unacknowledged_bytes() == 3);
  put("two");
  CHECK(write_all() == "1:one 2:two ");
}

TEST_CASE_FIXTURE(outboxes, "a shared message stands in line and is let go of when acknowledged") {
  const auto shared =
      std::make_shared<const base::payload>(base::payload{format::msgpack, "shared"});
  put("one");
  sent.push(shared, forgetting::written_alone);
  put("3");
  CHECK(shared.use_count() == 2);
  CHECK(sent.unacknowledged_bytes() == 10);
  CHECK(write() == "one");
  CHECK(sent.unwritten().written_as == format::msgpack);
  CHECK(sent.unwritten().bytes.data() == shared->bytes.data());
  CHECK(write_all() == "2:shared 3:3 ");
  sent.acknowledge(2);
  CHECK(shared.use_count() == 1);
  sent.rewind_to(2);
  CHECK(write_all() == "3:3 ");
}

TEST_CASE_FIXTURE(outboxes, "an outbox without messages holds no memory") {
  put("one");
  CHECK(memory.buffers.take().capacity_bytes() == 0);
  CHECK(memory.rings.take().capacity_bytes() == 0);
  write_all();
  sent.acknowledge(1);
  CHECK(memory.buffers.take().capacity_bytes() != 0);
  CHECK(memory.rings.take().capacity_bytes() != 0);
  put("two");
  CHECK(write_all() == "2:two ");
}

TEST_CASE_FIXTURE(outboxes, "an outbox that is shrunk holds its messages and no room for more") {
  put("1234");
  put("5678");
  write_all();
  sent.acknowledge(1);
  const std::size_t roomy = sent.memory_bytes();
  for (int count = 0; count != 100; ++count) put("x");
  CHECK(sent.memory_bytes() > roomy);
  write_all();
  sent.acknowledge(101);
  const std::size_t before = sent.memory_bytes();
  sent.shrink_to_fit();
  CHECK(sent.memory_bytes() < before);
  sent.rewind_to(101);
  CHECK(write_all() == "102:x ");
  put("y");
  CHECK(write_all() == "103:y ");
}

TEST_CASE_FIXTURE(outboxes, "the memory of an outbox counts shared messages in full") {
  put("one");
  const std::size_t before = sent.memory_bytes();
  sent.push(std::make_shared<const base::payload>(base::payload{format::json, "shared"}),
            forgetting::written_alone);
  CHECK(sent.memory_bytes() == before + 6);
  write_all();
  sent.acknowledge(2);
  CHECK(sent.memory_bytes() == 0);
}

TEST_CASE("an outbox that goes gives its memory back") {
  outbox_memory memory;
  {
    outbox sent{memory, max_bytes};
    sent.begin().append("one");
    sent.end(format::json, forgetting::any);
  }
  CHECK(memory.buffers.take().capacity_bytes() != 0);
  CHECK(memory.rings.take().capacity_bytes() != 0);
}

/// The rules of an outbox, told in the simplest way: all messages ever, and three numbers.
struct outbox_model {
  std::vector<std::string> all;
  std::uint64_t forgotten = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t written = 0;
  std::uint64_t ever_written = 0;

  std::uint64_t last() const { return all.size(); }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (std::uint64_t at = forgotten; at != last(); ++at) sum += all[at].size();
    return sum;
  }
  void put(std::string text, forgetting may) {
    all.push_back(std::move(text));
    while (bytes() > max_bytes && last() - forgotten > 1 &&
           (may == forgetting::any || forgotten < written)) {
      forget(forgotten + 1);
    }
  }
  void forget(std::uint64_t number) {
    forgotten = std::max(forgotten, number);
    written = std::max(written, forgotten);
  }
};

TEST_CASE("outbox does what its model does, whatever happens in whatever order") {
  std::mt19937 random{20240517};
  const auto below = [&random](std::uint64_t bound) { return random() % bound; };
  for (int round = 0; round != 200; ++round) {
    outboxes real;
    outbox_model model;
    for (int step = 0; step != 200; ++step) {
      switch (below(6)) {
        case 0:
        case 1: {
          const auto may = below(2) == 0 ? forgetting::any : forgetting::written_alone;
          std::string text(below(14), static_cast<char>('a' + step % 26));
          model.put(text, may);
          if (below(2) == 0) {
            real.put(text, may);
          } else {
            real.sent.push(std::make_shared<const base::payload>(base::payload{format::json, text}),
                           may);
          }
          break;
        }
        case 2:
        case 3:
          REQUIRE(real.sent.has_unwritten() == (model.written != model.last()));
          if (!real.sent.has_unwritten()) break;
          REQUIRE(real.sent.unwritten().number == model.written + 1);
          REQUIRE(real.write() == model.all[model.written]);
          model.ever_written = std::max(model.ever_written, ++model.written);
          break;
        case 4: {
          const std::uint64_t number = below(model.ever_written + 1);
          real.sent.acknowledge(number);
          model.acknowledged = std::max(model.acknowledged, number);
          model.forget(number);
          break;
        }
        default: {
          const std::uint64_t number = below(model.ever_written + 1);
          REQUIRE(real.sent.reaches_back_to(number) == (number >= model.forgotten));
          if (number < model.forgotten) break;
          real.sent.rewind_to(number);
          model.written = number;
        }
      }
      REQUIRE(real.sent.last() == model.last());
      REQUIRE(real.sent.acknowledged() == model.acknowledged);
      REQUIRE(real.sent.ever_written() == model.ever_written);
      REQUIRE(real.sent.unacknowledged_bytes() == model.bytes());
    }
  }
}

}  // namespace
}  // namespace sidewire::session::test
