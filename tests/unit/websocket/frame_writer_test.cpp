#include "transports/websocket/frame_writer.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/utf8.hpp"
#include "tests/unit/websocket/client_frames.hpp"

namespace sidewire::websocket {
namespace {

using client::number;

/// The header of RFC 6455, 5.2 for an unmasked, final frame, in its shortest form.
std::string header(opcode op, std::size_t payload_bytes) {
  const std::string first = number(0x80 | static_cast<unsigned>(op), 1);
  if (payload_bytes <= 125) return first + number(payload_bytes, 1);
  if (payload_bytes <= 65535) return first + number(126, 1) + number(payload_bytes, 2);
  return first + number(127, 1) + number(payload_bytes, 8);
}

const std::size_t boundary_sizes[] = {0, 1, 125, 126, 127, 65535, 65536, 1 << 20};

TEST_CASE("a frame is written with the shortest header") {
  for (const std::size_t bytes : boundary_sizes) {
    CAPTURE(bytes);
    const std::string payload(bytes, 'x');
    base::buffer out;
    out.append("before");
    write_frame(out, opcode::binary, payload);
    CHECK((out.view() == "before" + header(opcode::binary, bytes) + payload));
  }
}

TEST_CASE("a payload written in place gets the shortest header, whatever size was expected") {
  for (const std::size_t expected_bytes : {0, 300, 100'000}) {
    for (const std::size_t bytes : boundary_sizes) {
      CAPTURE(expected_bytes);
      CAPTURE(bytes);
      const std::string payload(bytes, 'x');
      base::buffer out;
      out.append("before");
      frame_writer frame{out, opcode::text, expected_bytes};
      out.append(payload);
      CHECK(frame.payload_bytes() == bytes);
      frame.finish();
      out.append("after");
      CHECK((out.view() == "before" + header(opcode::text, bytes) + payload + "after"));
    }
  }
}

TEST_CASE("a large payload stays where it was written when its size was expected") {
  base::buffer out;
  out.prepare(200'000);
  frame_writer frame{out, opcode::text, 100'000};
  const char* const written = out.data() + out.size();
  out.append(std::string(90'000, 'x') + "end");
  frame.finish();
  CHECK(out.data() + 10 == written);
}

TEST_CASE("a payload that outgrew its header leaves the buffer's padding readable") {
  base::buffer out;
  frame_writer frame{out, opcode::text};
  out.append(std::string(126, 'x'));
  REQUIRE(out.capacity_bytes() == out.size() + base::buffer::padding);
  frame.finish();
  CHECK(out.capacity_bytes() >= out.size() + base::buffer::padding);
}

TEST_CASE("a frame that was not finished leaves nothing behind") {
  base::buffer out;
  out.append("before");
  {
    frame_writer frame{out, opcode::text};
    out.append("half a pay");
  }
  CHECK(out.view() == "before");
}

TEST_CASE("a close frame holds code and reason") {
  base::buffer out;
  write_close(out, 1000, "bye");
  CHECK(out.view() == header(opcode::close, 5) + number(1000, 2) + "bye");
}

TEST_CASE("a close frame for no code is empty") {
  base::buffer out;
  write_close(out, 1005, "");
  CHECK(out.view() == header(opcode::close, 0));
}

TEST_CASE("a close frame's reason is cut to 123 bytes") {
  base::buffer out;
  write_close(out, 4000, std::string(123, 'x'));
  CHECK(out.view() == header(opcode::close, 125) + number(4000, 2) + std::string(123, 'x'));
  out.clear();
  write_close(out, 4000, std::string(200, 'x'));
  CHECK(out.view() == header(opcode::close, 125) + number(4000, 2) + std::string(123, 'x'));
}

TEST_CASE("a close frame's reason is cut between characters") {
  std::string wide;
  for (int count = 0; count < 50; ++count) wide += "\xF0\x9F\x98\x80";
  for (std::size_t ahead = 0; ahead < 4; ++ahead) {
    CAPTURE(ahead);
    base::buffer out;
    write_close(out, 1000, std::string(ahead, 'x') + wide);
    const std::string_view reason = out.view().substr(4);
    CHECK(base::is_valid_utf8(reason));
    CHECK(reason.size() == ahead + (123 - ahead) / 4 * 4);
  }
}

}  // namespace
}  // namespace sidewire::websocket
