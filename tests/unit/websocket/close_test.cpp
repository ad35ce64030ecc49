#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using test::events;
using test::events_of;

TEST_CASE("a close after a message ends the stream") {
  CHECK(events_of(text("Hello") + close(1000)) == events{"text Hello", "closed 1000"});
}

TEST_CASE("nothing is said after a close: no second one, no ping, no message, no fault") {
  CHECK(events_of(close(1000) + close(1001)) == events{"closed 1000"});
  CHECK(events_of(close(1000) + ping("after")) == events{"closed 1000"});
  CHECK(events_of(close(1000) + text("after")) == events{"closed 1000"});
  CHECK(events_of(close(1000) + raw_frame(0xFF, "after")) == events{"closed 1000"});
}

TEST_CASE("a close between fragments ends the message with the stream") {
  CHECK(events_of(first_fragment(opcode::text, "frag") + close(1000) + last_fragment("ment")) ==
        events{"closed 1000"});
}

TEST_CASE("a close after a large message follows it") {
  const std::string payload(256 * 1024, '*');
  CHECK(events_of(text(payload) + close(1000) + ping("after")) ==
        events{test::line("text", payload), "closed 1000"});
}

TEST_CASE("a close without payload has the code 1005") {
  CHECK(events_of(close()) == events{"closed 1005"});
}

TEST_CASE("a close with one byte of payload is a protocol error") {
  CHECK(events_of(frame(opcode::close, "a")) == events{"violation 1002"});
  // What follows the frame must not make the code whole: 0x03E8 would be 1000.
  CHECK(events_of(frame(opcode::close, "\x03") + "\xE8") == events{"violation 1002"});
}

TEST_CASE("a close brings its code and reason") {
  CHECK(events_of(close(1000, "going home")) == events{"closed 1000 going home"});
  CHECK(events_of(close(1001,
                        "Gr\xC3\xBC\xC3\x9F"
                        "e")) == events{"closed 1001 Gr\xC3\xBC\xC3\x9F"
                                        "e"});
}

TEST_CASE("a close's reason may have 123 bytes") {
  const std::string reason(123, '*');
  CHECK(events_of(close(1000, reason)) == events{"closed 1000 " + reason});
}

TEST_CASE("a close's reason of 124 bytes is a protocol error") {
  CHECK(events_of(close(1000, std::string(124, '*'))) == events{"violation 1002"});
}

TEST_CASE("a close's reason that is no UTF-8 is refused with 1007") {
  CHECK(events_of(close(1000,
                        "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80"
                        "edited")) == events{"violation 1007"});
  CHECK(events_of(close(1000, "cut \xE2\x82")) == events{"violation 1007"});
}

TEST_CASE("close codes that a peer may send are taken, all others are a protocol error") {
  const auto may_be_sent = [](unsigned code) {
    for (const unsigned registered :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}) {
      if (code == registered) return true;
    }
    return code >= 3000 && code < 5000;
  };
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const auto seen =
        test::events_in_pieces(close(static_cast<std::uint16_t>(code)), 0, [] { return 8; });
    const std::string expected =
        may_be_sent(code) ? "closed " + std::to_string(code) : "violation 1002";
    if (seen != events{expected}) FAIL(code << " gave " << seen.at(0));
  }
}

TEST_CASE("a bad close code counts before a bad reason") {
  CHECK(events_of(close(1005, "\xFF")) == events{"violation 1002"});
}

}  // namespace
}  // namespace sidewire::websocket
