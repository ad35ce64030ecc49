#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using test::bytes_until_refused;
using test::events;
using test::events_of;

TEST_CASE("a ping without payload is a ping") {
  CHECK(events_of(ping("")) == events{"ping"});
}

TEST_CASE("a ping brings its payload") {
  CHECK(events_of(ping("Hello, world!")) == events{"ping Hello, world!"});
}

TEST_CASE("a ping's payload is bytes, not text") {
  const std::string payload{"\x00\xFF\xFE\xFD\xFC\xFB\x00\xFF", 8};
  CHECK(events_of(ping(payload)) == events{"ping " + payload});
}

TEST_CASE("a ping may bring 125 bytes") {
  const std::string payload(125, '\xFE');
  CHECK(events_of(ping(payload)) == events{"ping " + payload});
}

TEST_CASE("a control frame of more than 125 bytes is a protocol error") {
  const std::string payload(126, '\xFE');
  for (const opcode op : {opcode::ping, opcode::pong, opcode::close}) {
    CHECK(events_of(frame(op, payload)) == events{"violation 1002"});
    CHECK(bytes_until_refused(frame(op, payload)) == 2);
  }
}

TEST_CASE("a pong that nobody asked for is no fault") {
  CHECK(events_of(pong("")) == events{"pong"});
  CHECK(events_of(pong("unsolicited") + ping("after")) == events{"pong unsolicited", "ping after"});
}

TEST_CASE("ten pings in one write are ten pings, in order") {
  std::string stream;
  events expected;
  for (int number = 0; number < 10; ++number) {
    stream += ping("payload-" + std::to_string(number));
    expected.push_back("ping payload-" + std::to_string(number));
  }
  CHECK(events_of(stream) == expected);
}

TEST_CASE("a reserved bit is a protocol error, in each frame and after good ones") {
  for (unsigned bits = 1; bits <= 7; ++bits) {
    for (const unsigned op : {1, 2, 8, 9, 10}) {
      CAPTURE(bits);
      CAPTURE(op);
      const std::string bad = raw_frame(fin | bits << 4 | op, "payload");
      CHECK(events_of(text("before") + bad + ping("after")) ==
            events{"text before", "violation 1002"});
      CHECK(bytes_until_refused(bad) == 1);
    }
    CHECK(events_of(first_fragment(opcode::text, "a") + raw_frame(fin | bits << 4, "b")) ==
          events{"violation 1002"});
  }
}

TEST_CASE("a reserved opcode is a protocol error, with payload and without, after a good message") {
  for (const unsigned op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    CAPTURE(op);
    CHECK(events_of(raw_frame(fin | op, "")) == events{"violation 1002"});
    CHECK(events_of(text("before") + raw_frame(fin | op, "payload") + ping("after")) ==
          events{"text before", "violation 1002"});
    CHECK(bytes_until_refused(raw_frame(op, "payload")) == 1);
  }
}

TEST_CASE("a client's frame without a mask is a protocol error") {
  for (const unsigned op : {1, 2, 8, 9, 10}) {
    CAPTURE(op);
    CHECK(events_of(number(fin | op, 1) + number(3, 1) + "abc") == events{"violation 1002"});
    CHECK(events_of(number(fin | op, 1) + number(0, 1)) == events{"violation 1002"});
  }
  CHECK(events_of(number(fin | 2, 1) + number(126, 1) + number(300, 2) + std::string(300, 'x')) ==
        events{"violation 1002"});
}

TEST_CASE("nothing is said after a violation") {
  CHECK(events_of(raw_frame(fin | 3, "") + text("a") + ping("b") + close(1000)) ==
        events{"violation 1002"});
}

TEST_CASE("a violation says why in plain ASCII") {
  codec tested{100};
  std::string input = raw_frame(fin | 3, "") + std::string(base::buffer::padding, '\0');
  std::size_t consumed = 0;
  CHECK(tested.next({input.data(), 6}, consumed).text == "reserved opcode");
}

}  // namespace
}  // namespace sidewire::websocket
