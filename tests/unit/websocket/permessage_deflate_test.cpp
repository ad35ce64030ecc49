// What the server sends compressed, and what it sends as it is.
#include "transports/websocket/permessage_deflate.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "transports/websocket/frame_writer.hpp"

namespace sidewire::websocket {
namespace {

constexpr std::size_t plenty = std::size_t{64} * 1024 * 1024;

std::string words(std::size_t bytes) {
  std::mt19937 random{7};
  std::string text;
  while (text.size() < bytes) text += "word " + std::to_string(random() % 5000) + ", ";
  text.resize(bytes);
  return text;
}

std::string noise(std::size_t bytes) {
  std::mt19937 random{7};
  std::string text(bytes, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

/// A client that inflates what the server sent, message by message, with one context.
class reader {
 public:
  explicit reader(int window_bits) : stream_{base::deflate_form::raw, window_bits} {}

  std::string operator()(std::string_view payload) {
    base::buffer out;
    std::string whole{payload};
    whole.append("\x00\x00\xFF\xFF", 4);
    std::string_view rest = whole;
    REQUIRE(stream_.inflate(rest, out, plenty) == base::inflater::outcome::need_more);
    REQUIRE(stream_.is_between_blocks());
    return std::string{out.view()};
  }

 private:
  base::inflater stream_;
};

struct scene {
  base::limits limits;
  deflate_tools tools{limits};
};

TEST_CASE("what is sent compressed is smaller and inflates to the message, in every window") {
  scene where;
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    for (const auto context : {deflate_context::kept, deflate_context::reset}) {
      CAPTURE(bits);
      permessage_deflate sending{{.server_window_bits = bits, .server_context = context},
                                 where.tools};
      reader read{bits};
      for (const std::size_t bytes : {1024, 2000, 100'000, 1024}) {
        const std::string message = words(bytes);
        const std::string_view payload = sending.deflate(message);
        REQUIRE(!payload.empty());
        CHECK(payload.size() < message.size());
        CHECK(read(payload) == message);
      }
    }
  }
}

TEST_CASE("a kept context makes a repeated message small, a reset one the same as before") {
  scene where;
  const auto sizes = [&](deflate_context context) {
    permessage_deflate sending{{.server_context = context}, where.tools};
    const std::size_t first = sending.deflate(words(4000)).size();
    return std::pair{first, sending.deflate(words(4000)).size()};
  };
  const auto kept = sizes(deflate_context::kept);
  CHECK(kept.second < kept.first / 10);
  const auto reset = sizes(deflate_context::reset);
  CHECK(reset.second == reset.first);
}

TEST_CASE("a message below the threshold is sent as it is") {
  scene where;
  permessage_deflate sending{{}, where.tools};
  CHECK(sending.deflate(words(1023)).empty());
  CHECK_FALSE(sending.deflate(words(1024)).empty());
  CHECK(sending.deflate("").empty());
}

TEST_CASE("a message that gets no smaller is sent as it is, and the next one is understood") {
  scene where;
  permessage_deflate sending{{}, where.tools};
  reader read{15};
  CHECK(read(sending.deflate(words(4000))) == words(4000));
  CHECK(sending.deflate(noise(4000)).empty());
  CHECK(read(sending.deflate(noise(4000) + words(8000))) == noise(4000) + words(8000));
  CHECK(read(sending.deflate(words(4000))) == words(4000));
}

TEST_CASE("a compressed frame has RSV1, and the header of its own length") {
  base::buffer whole;
  write_frame(whole, opcode::text, "abc", frame_form::compressed);
  CHECK((whole.view() == "\xC1\x03"
                         "abc"));

  base::buffer in_place;
  in_place.append("before");
  frame_writer frame{in_place, opcode::binary};
  in_place.append(words(70'000));
  CHECK((frame.payload() == words(70'000)));
  frame.finish_compressed("abc");
  CHECK((in_place.view() == "before\xC2\x03"
                            "abc"));
}

}  // namespace
}  // namespace sidewire::websocket
