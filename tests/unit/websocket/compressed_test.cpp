// Compressed messages that a client sends: the cases of RFC 7692, and what breaks it.
#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using namespace std::string_view_literals;
using test::events;
using test::events_of;

constexpr unsigned rsv1 = 0x40;
constexpr deflate_terms kept{};
constexpr deflate_terms reset{.client_context = deflate_context::reset};

/// "Hello", as the RFC's examples have it (7.2.3).
constexpr std::string_view hello = "\xF2\x48\xCD\xC9\xC9\x07\x00"sv;

std::string compressed(opcode op, std::string_view payload) {
  return raw_frame(fin | rsv1 | static_cast<unsigned>(op), payload);
}
std::string compressed_first(opcode op, std::string_view payload) {
  return raw_frame(rsv1 | static_cast<unsigned>(op), payload);
}

/// What a client's messages look like compressed, one after the other.
class compressor {
 public:
  explicit compressor(int window_bits = base::max_window_bits)
      : stream_{base::deflate_form::raw, window_bits} {}

  std::string operator()(std::string_view message) {
    base::buffer out;
    REQUIRE(stream_.deflate(message, base::deflater::piece::flushed, out, 2 * message.size() + 64));
    return std::string{out.view().substr(0, out.size() - 4)};
  }

 private:
  base::deflater stream_;
};

std::string repeated(std::string_view text, std::size_t bytes) {
  std::string made;
  while (made.size() < bytes) made += text;
  return made;
}

events events_with(const deflate_terms& agreed, std::string_view stream,
                   std::size_t max_message_bytes = test::default_max_message_bytes) {
  return events_of(stream, max_message_bytes, agreed);
}

TEST_CASE("a compressed message inflates, in one block, in a stored one, in two, in a last one") {
  for (const auto payload : {hello, "\x00\x05\x00\xFA\xFFHello\x00"sv,
                             "\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"sv,
                             "\xF3\x48\xCD\xC9\xC9\x07\x00\x00"sv}) {
    CHECK(events_with(kept, compressed(opcode::text, payload)) == events{"text Hello"});
    CHECK(events_with(reset, compressed(opcode::binary, payload)) == events{"binary Hello"});
  }
}

TEST_CASE("a context that is kept is referred to, one that is reset cannot be") {
  const std::string again =
      compressed(opcode::text, hello) + compressed(opcode::text, "\xF2\x00\x11\x00\x00"sv);
  CHECK(events_with(kept, again) == events{"text Hello", "text Hello"});
  CHECK(events_with(reset, again) == events{"text Hello", "violation 1007"});
}

TEST_CASE("after a last block a message goes on, and the next one begins anew") {
  const std::string last = compressed(opcode::text, "\xF3\x48\xCD\xC9\xC9\x07\x00\x00"sv);
  CHECK(events_with(kept, last + compressed(opcode::text, hello) + last) ==
        events{"text Hello", "text Hello", "text Hello"});
}

TEST_CASE("an empty message may be compressed") {
  CHECK(events_with(kept, compressed(opcode::text, "\x00"sv) + text("next")) ==
        events{"text", "text next"});
}

TEST_CASE("a message that is not compressed may come at any time") {
  CHECK(events_with(kept, text("plain") + compressed(opcode::text, hello) + text("plain") +
                              compressed(opcode::text, "\xF2\x00\x11\x00\x00"sv)) ==
        events{"text plain", "text Hello", "text plain", "text Hello"});
}

TEST_CASE("fragments of a compressed message come with control frames between them") {
  CHECK(events_with(kept, compressed_first(opcode::text, hello.substr(0, 3)) + ping("now") +
                              fragment("") + pong("") + last_fragment(hello.substr(3))) ==
        events{"ping now", "pong", "text Hello"});
  CHECK(events_with(kept, compressed_first(opcode::text, "") + last_fragment(hello)) ==
        events{"text Hello"});
  CHECK(events_with(kept, compressed_first(opcode::text, hello) + last_fragment("")) ==
        events{"text Hello"});
}

TEST_CASE("RSV1 is for the first frame of a data message alone") {
  for (const opcode op : {opcode::ping, opcode::pong, opcode::close}) {
    CHECK(events_with(kept, compressed(op, "")) == events{"violation 1002"});
    CHECK(test::bytes_until_refused(compressed(op, ""), kept) == 1);
  }
  const std::string first = compressed_first(opcode::text, hello.substr(0, 3));
  CHECK(events_with(kept, first + compressed(opcode::continuation, hello.substr(3))) ==
        events{"violation 1002"});
  CHECK(events_with(kept, first_fragment(opcode::text, "a") +
                              compressed(opcode::continuation, "b")) == events{"violation 1002"});
}

TEST_CASE("RSV1 without an agreement, and RSV2 and RSV3 with one, are protocol errors") {
  CHECK(events_of(compressed(opcode::text, hello)) == events{"violation 1002"});
  for (const unsigned bits : {0x20u, 0x10u, 0x30u, 0x60u, 0x50u, 0x70u}) {
    CHECK(events_with(kept, raw_frame(fin | bits | 1, hello)) == events{"violation 1002"});
  }
}

TEST_CASE("what is no DEFLATE stream is 1007, as is one that ends within a block") {
  CHECK(events_with(kept, compressed(opcode::text, "\x07"sv)) == events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::binary, "\xFF\xFF\xFF\xFF")) ==
        events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::text, hello.substr(0, 5))) ==
        events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::text, "")) == events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::text, "\x00\x05\x00\xFA\xFFHe"sv)) ==
        events{"violation 1007"});
}

TEST_CASE("text is checked as what it inflates to, and refused where it cannot be right") {
  compressor write;
  const std::string valid = repeated("\xC3\xA4\xE2\x82\xAC ", 5000);
  CHECK(events_with(kept, compressed(opcode::text, write(valid))) ==
        events{test::line("text", valid)});
  const std::string invalid = valid + "\xFF" + valid;
  CHECK(events_with(kept, compressed(opcode::text, compressor{}(invalid))) ==
        events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::text, compressor{}("cut \xC3"))) ==
        events{"violation 1007"});
  CHECK(events_with(kept, compressed(opcode::binary, compressor{}(invalid))) ==
        events{test::line("binary", invalid)});
}

TEST_CASE("the limit holds for what a message inflates to, to the byte") {
  const std::string payload = compressor{}(std::string(1000, 'x'));
  REQUIRE(payload.size() < 50);
  CHECK(events_with(kept, compressed(opcode::text, payload), 1000) ==
        events{test::line("text", std::string(1000, 'x'))});
  CHECK(events_with(kept, compressed(opcode::text, payload), 999) == events{"violation 1009"});
  CHECK(events_with(kept,
                    compressed_first(opcode::text, payload.substr(0, 4)) +
                        fragment(payload.substr(4)) + last_fragment(""),
                    999) == events{"violation 1009"});
}

TEST_CASE("a message that compressing makes larger than the limit is taken") {
  std::mt19937 random{3};
  std::string noise(1000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  const std::string payload = compressor{}(noise);
  REQUIRE(payload.size() > noise.size());
  CHECK(events_with(kept, compressed(opcode::binary, payload), 1000) ==
        events{test::line("binary", noise)});
  CHECK(events_with(kept, fragmented(opcode::binary, payload, 100), 1000) ==
        events{"violation 1009"});
}

TEST_CASE("compressed bytes are bounded even where they inflate to nothing") {
  const std::string empty_blocks = repeated("\x00\x00\x00\xFF\xFF"sv, 2000);
  CHECK(events_with(kept, compressed(opcode::binary, empty_blocks), 1000) ==
        events{"violation 1009"});
  CHECK(events_with(kept,
                    compressed_first(opcode::binary, empty_blocks.substr(0, 1000)) +
                        fragment(empty_blocks.substr(0, 1000)),
                    1000) == events{"violation 1009"});
}

TEST_CASE("messages of every size and window arrive, one after the other, in fragments too") {
  for (int bits = base::min_deflate_window_bits; bits <= base::max_window_bits; ++bits) {
    CAPTURE(bits);
    compressor write{bits};
    std::string stream;
    events expected;
    for (const std::size_t bytes : {16, 64, 256, 1024, 4096, 32768, 131072}) {
      const std::string message = repeated("{\"name\": " + std::to_string(bytes) + "}, ", bytes);
      const std::string payload = write(message);
      std::string sent = fragmented(opcode::text, payload, bytes % 3 == 1 ? payload.size() : 19);
      sent[0] = static_cast<char>(sent[0] | static_cast<char>(rsv1));
      stream += sent;
      expected.push_back(test::line("text", message));
    }
    deflate_terms agreed{};
    agreed.client_window_bits = static_cast<std::uint8_t>(bits);
    CHECK(events_with(agreed, stream) == expected);
  }
}

TEST_CASE("a compression that moves to another shard keeps its contexts") {
  base::limits limits;
  limits.compression_threshold_bytes = 0;
  deflate_tools old_tools{limits};
  deflate_tools new_tools{limits};
  const std::string message = repeated("a message, ", 500);
  codec before{1000};
  before.compress(std::make_unique<permessage_deflate>(kept, old_tools));
  const auto take = [](codec& from, std::string bytes) {
    const std::size_t size = bytes.size();
    bytes.append(base::buffer::padding, '\0');
    std::size_t consumed = 0;
    return test::line(from.next({bytes.data(), size}, consumed));
  };
  CHECK(take(before, compressed(opcode::text, hello)) == "text Hello");
  const std::size_t first_bytes = before.compression()->deflate(message).size();

  auto moved = before.take_compression();
  CHECK(before.compression() == nullptr);
  moved->move_to(new_tools);
  codec after{1000};
  after.compress(std::move(moved));
  CHECK(take(after, compressed(opcode::text, "\xF2\x00\x11\x00\x00"sv)) == "text Hello");
  CHECK(after.compression()->deflate(message).size() < first_bytes);
}

}  // namespace
}  // namespace sidewire::websocket
