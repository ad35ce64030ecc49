#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using test::events;
using test::events_of;

TEST_CASE("a fragmented control frame is a protocol error") {
  for (const opcode op : {opcode::ping, opcode::pong, opcode::close}) {
    CHECK(events_of(first_fragment(op, "frag") + last_fragment("ment")) ==
          events{"violation 1002"});
    CHECK(test::bytes_until_refused(first_fragment(op, "frag")) == 1);
  }
}

TEST_CASE("a message in two fragments arrives as one") {
  CHECK(events_of(first_fragment(opcode::text, "frag") + last_fragment("ment")) ==
        events{"text fragment"});
  CHECK(events_of(first_fragment(opcode::binary, "\xFF\xFE") + last_fragment("\xFD")) ==
        events{"binary \xFF\xFE\xFD"});
}

TEST_CASE("a message may come in fragments of one byte each") {
  CHECK(events_of(fragmented(opcode::text, "a whole message", 1)) ==
        events{"text a whole message"});
}

TEST_CASE("a ping between fragments is said before the message") {
  CHECK(events_of(first_fragment(opcode::text, "frag") + ping("now") + last_fragment("ment")) ==
        events{"ping now", "text fragment"});
}

TEST_CASE("pings and pongs between all of five fragments leave the message whole") {
  CHECK(events_of(first_fragment(opcode::text, "one,") + fragment("two,") + ping("1") +
                  fragment("three,") + fragment("four,") + ping("2") + pong("") +
                  last_fragment("five")) ==
        events{"ping 1", "ping 2", "pong", "text one,two,three,four,five"});
}

TEST_CASE("a last fragment with nothing to continue is a protocol error") {
  CHECK(events_of(last_fragment("nothing") + text("Hello")) == events{"violation 1002"});
  CHECK(test::bytes_until_refused(last_fragment("nothing")) == 1);
}

TEST_CASE("a fragment with nothing to continue is a protocol error") {
  CHECK(events_of(fragment("nothing") + text("Hello")) == events{"violation 1002"});
}

TEST_CASE("a fragment after a complete message is a protocol error") {
  const std::string message = first_fragment(opcode::text, "frag") + last_fragment("ment");
  CHECK(events_of(message + fragment("more") + text("Hello")) ==
        events{"text fragment", "violation 1002"});
  CHECK(events_of(message + last_fragment("more") + text("Hello")) ==
        events{"text fragment", "violation 1002"});
  CHECK(events_of(text("Hello") + last_fragment("more")) == events{"text Hello", "violation 1002"});
}

TEST_CASE("a new message within a fragmented one is a protocol error") {
  for (const opcode op : {opcode::text, opcode::binary}) {
    CHECK(events_of(first_fragment(opcode::text, "frag") + frame(op, "ment")) ==
          events{"violation 1002"});
    CHECK(events_of(first_fragment(opcode::text, "frag") + first_fragment(op, "ment")) ==
          events{"violation 1002"});
  }
}

TEST_CASE("fragmented and whole messages of both types follow each other") {
  CHECK(events_of(fragmented(opcode::binary, "\xC3\xC3\xC3", 2) + text("b") +
                  fragmented(opcode::text, "cc", 1) + binary("\xFF") +
                  fragmented(opcode::text, "dd", 1)) ==
        events{"binary \xC3\xC3\xC3", "text b", "text cc", "binary \xFF", "text dd"});
}

TEST_CASE("an assembled message lasts until the codec is called again") {
  codec tested{100};
  std::string input = fragmented(opcode::text, "a whole message", 4);
  const std::size_t size = input.size();
  input.append(base::buffer::padding, '\0');
  std::size_t consumed = 0;
  const event found = tested.next({input.data(), size}, consumed);
  CHECK(consumed == size);
  input.assign(input.size(), '\0');
  CHECK(test::line(found) == "text a whole message");
}

TEST_CASE("the end of an assembled message is readable padding, even of an empty one") {
  codec tested{100};
  std::string input = first_fragment(opcode::text, "") + last_fragment("");
  const std::size_t size = input.size();
  input.append(base::buffer::padding, '\0');
  std::size_t consumed = 0;
  const event found = tested.next({input.data(), size}, consumed);
  CHECK(found.what == event::kind::message);
  CHECK(found.payload.empty());
  CHECK(found.payload.data() != nullptr);
}

TEST_CASE("large messages arrive whole in fragments and in pieces of many sizes") {
  std::string payload;
  while (payload.size() < 1024 * 1024) payload += "0123456789 \xC3\xA4\xE2\x82\xAC ";
  for (const std::size_t fragment_bytes : {64, 256, 1024, 4096, 16384, 65536, 262144}) {
    CAPTURE(fragment_bytes);
    const std::string stream = fragmented(opcode::text, payload, fragment_bytes);
    for (const std::size_t piece_bytes : {64, 128, 256, 512, 1024, 2048, 1 << 21}) {
      CAPTURE(piece_bytes);
      CHECK(test::events_in_pieces(stream, test::default_max_message_bytes, [&] {
              return piece_bytes;
            }) == events{test::line("text", payload)});
    }
  }
}

TEST_CASE("a message of 16 MiB passes the default limit in one frame, in fragments and in pieces") {
  const std::string payload(16 * 1024 * 1024, '\xBB');
  const std::string line = test::line("binary", payload);
  for (const auto& stream : {binary(payload), fragmented(opcode::binary, payload, 65536)}) {
    for (const std::size_t piece_bytes : {65536ul, stream.size()}) {
      CHECK(test::events_in_pieces(stream, test::default_max_message_bytes,
                                   [&] { return piece_bytes; }) == events{line});
    }
  }
}

TEST_CASE("a text of 65,536 bytes in fragments of 1,300 arrives whole") {
  const std::string payload(65536, '*');
  CHECK(events_of(fragmented(opcode::text, payload, 1300)) == events{test::line("text", payload)});
}

TEST_CASE("a thousand messages of each small size arrive, each once") {
  for (const std::size_t bytes : {0, 16, 64, 256, 1024, 4096}) {
    CAPTURE(bytes);
    const std::string payload(bytes, '*');
    std::string stream;
    for (int count = 0; count < 1000; ++count) stream += text(payload);
    const events found =
        test::events_in_pieces(stream, test::default_max_message_bytes, [] { return 65536; });
    CHECK(found == events(1000, test::line("text", payload)));
  }
}

}  // namespace
}  // namespace sidewire::websocket
