#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using test::events;
using test::events_of;

TEST_CASE("messages of each length form arrive whole, at the forms' boundaries") {
  for (const std::size_t bytes : {0, 1, 7, 8, 9, 124, 125, 126, 127, 128, 65535, 65536}) {
    CAPTURE(bytes);
    const std::string payload(bytes, '*');
    CHECK(events_of(text(payload)) == events{test::line("text", payload)});
    const std::string octets(bytes, '\xFE');
    CHECK(events_of(binary(octets)) == events{test::line("binary", octets)});
  }
}

TEST_CASE("a payload is unmasked right whatever its length, its mask and its place") {
  std::string payload;
  for (int bytes = 0; bytes < 200; ++bytes) {
    CAPTURE(bytes);
    for (const auto& mask : {std::array{'\x01', '\x22', '\x43', '\xF4'}, std::array<char, 4>{}}) {
      const std::string stream = raw_frame(fin | 2, payload, mask) + text("next");
      CHECK(events_of(stream) == events{test::line("binary", payload), "text next"});
    }
    payload += static_cast<char>(bytes * 7);
  }
}

TEST_CASE("messages that came in one read are taken one after another") {
  std::string stream;
  events expected;
  for (int number = 0; number < 1000; ++number) {
    const std::string payload = "{\"id\":" + std::to_string(number) + "}";
    stream += text(payload);
    expected.push_back("text " + payload);
  }
  CHECK(events_of(stream) == expected);
}

TEST_CASE("a complete message is handed out where it lies") {
  codec tested{100};
  std::string input = text("Hello") + std::string(base::buffer::padding, '\0');
  std::size_t consumed = 0;
  const event found = tested.next({input.data(), 11}, consumed);
  CHECK(consumed == 11);
  CHECK(found.what == event::kind::message);
  CHECK(found.payload.data() == input.data() + 6);
  CHECK(input.substr(6, 5) == "Hello");
}

TEST_CASE("a length that is not in its shortest form is a protocol error") {
  const auto with_length = [](const std::string& length) {
    return number(fin | 1, 1) + length + std::string(200, '\0');
  };
  CHECK(events_of(with_length(number(0xFE, 1) + number(0, 2))) == events{"violation 1002"});
  CHECK(events_of(with_length(number(0xFE, 1) + number(125, 2))) == events{"violation 1002"});
  CHECK(events_of(with_length(number(0xFF, 1) + number(0, 8))) == events{"violation 1002"});
  CHECK(events_of(with_length(number(0xFF, 1) + number(65535, 8))) == events{"violation 1002"});
}

TEST_CASE("a length with its top bit set is a protocol error") {
  const std::string header = number(fin | 1, 1) + number(0xFF, 1);
  CHECK(events_of(header + number(std::uint64_t{1} << 63, 8)) == events{"violation 1002"});
  CHECK(events_of(header + number(~std::uint64_t{0}, 8)) == events{"violation 1002"});
}

TEST_CASE("a message up to the limit passes, and a byte more is refused with 1009") {
  for (const std::size_t limit : {0, 1, 125, 126, 1000, 65535, 65536}) {
    CAPTURE(limit);
    const std::string largest(limit, 'x');
    CHECK(events_of(text(largest), limit) == events{test::line("text", largest)});
    CHECK(events_of(text(largest + 'x'), limit) == events{"violation 1009"});
  }
}

TEST_CASE("a frame that announces too much is refused by its length alone") {
  const std::string header = number(fin | 2, 1) + number(0xFF, 1);
  CHECK(events_of(header + number(16 * 1024 * 1024 + 1, 8)) == events{"violation 1009"});
  CHECK(events_of(header + number(~std::uint64_t{0} >> 1, 8)) == events{"violation 1009"});
  CHECK(test::bytes_until_refused(header + number(std::uint64_t{1} << 62, 8)) == 10);
}

TEST_CASE("the limit counts all fragments of a message, and each message anew") {
  const std::string half(50, 'x');
  const std::string message = first_fragment(opcode::text, half) + last_fragment(half);
  const std::string line = test::line("text", half + half);
  CHECK(events_of(message + message, 100) == events{line, line});
  CHECK(events_of(first_fragment(opcode::text, half) + fragment(half) + last_fragment("x"), 100) ==
        events{"violation 1009"});
}

TEST_CASE("control frames do not count towards the limit") {
  CHECK(events_of(ping("longer than it") + first_fragment(opcode::text, "abc") + pong("also") +
                      last_fragment("d"),
                  4) == events{"ping longer than it", "pong also", "text abcd"});
}

TEST_CASE("the limit can be raised between messages and lowered within one") {
  test::driver connection{10};
  connection.feed(text("0123456789"));
  connection.tested().set_max_message_bytes(5);
  connection.feed(text("01234") + first_fragment(opcode::text, "01234"));
  connection.tested().set_max_message_bytes(3);
  connection.feed(fragment(""));
  CHECK(connection.seen() == events{"text 0123456789", "text 01234"});
  connection.feed(last_fragment("5"));
  CHECK(connection.seen().back() == "violation 1009");
}

TEST_CASE("the size of an incomplete frame is told as soon as its header tells it") {
  const std::string stream = text(std::string(1000, 'x'));
  test::driver connection{2000};
  CHECK(connection.tested().bytes_wanted() == 0);
  connection.feed(stream.substr(0, 1));
  CHECK(connection.tested().bytes_wanted() == 6);
  connection.feed(stream.substr(1, 1));
  CHECK(connection.tested().bytes_wanted() == 8);
  connection.feed(stream.substr(2, 2));
  CHECK(connection.tested().bytes_wanted() == 1008);
  connection.feed(stream.substr(4, 500));
  CHECK(connection.tested().bytes_wanted() == 1008);
  connection.feed(stream.substr(504));
  CHECK(connection.tested().bytes_wanted() == 0);
}

TEST_CASE("nothing is wanted once the frame is there, whether or not more follows it") {
  codec tested{100};
  const std::string frame = text("Hello");
  std::string input = frame + frame + std::string(base::buffer::padding, '\0');
  std::size_t consumed = 0;
  CHECK(tested.next({input.data(), 8}, consumed).what == event::kind::need_more);
  CHECK(tested.bytes_wanted() == 11);
  CHECK(tested.next({input.data(), 22}, consumed).what == event::kind::message);
  CHECK(tested.bytes_wanted() == 0);
}

TEST_CASE("an idle codec is small") {
  CHECK(sizeof(codec) <= 48);
}

}  // namespace
}  // namespace sidewire::websocket
