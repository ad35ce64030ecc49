#include "tests/unit/websocket/codec_test.hpp"

namespace sidewire::websocket {
namespace {

using namespace client;
using namespace std::string_literals;
using test::bytes_until_refused;
using test::events;
using test::events_of;

const std::string kosme = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";

/// The code point's UTF-8 form by its arithmetic alone, so also of what is no character. `bytes`:
/// of the form, 1 to 6.
std::string encoded(std::uint32_t code_point, int bytes) {
  if (bytes == 1) return {static_cast<char>(code_point)};
  std::string form;
  for (int at = 1; at < bytes; ++at) {
    form.insert(form.begin(), static_cast<char>(0x80 | (code_point & 0x3F)));
    code_point >>= 6;
  }
  form.insert(form.begin(), static_cast<char>((0xFF00u >> bytes & 0xFF) | code_point));
  return form;
}

/// In one frame, within ASCII, and in fragments that cut every character.
void check_valid(const std::string& payload) {
  CAPTURE(payload);
  CHECK(events_of(text(payload)) == events{test::line("text", payload)});
  CHECK(events_of(text("before " + payload + " after")) ==
        events{test::line("text", "before " + payload + " after")});
  CHECK(events_of(fragmented(opcode::text, payload, 1)) == events{test::line("text", payload)});
}

void check_invalid(const std::string& payload) {
  CAPTURE(payload);
  CHECK(events_of(text(payload) + text("after")) == events{"violation 1007"});
  CHECK(events_of(text("before " + payload + " after")) == events{"violation 1007"});
  CHECK(events_of(text(std::string(70'000, 'x') + payload)) == events{"violation 1007"});
  CHECK(events_of(fragmented(opcode::text, payload, 1) + text("after")) ==
        events{"violation 1007"});
  CHECK(events_of(binary(payload)) == events{test::line("binary", payload)});
}

TEST_CASE("an empty text is valid, also in empty fragments") {
  CHECK(events_of(text("")) == events{"text"});
  CHECK(events_of(first_fragment(opcode::text, "") + fragment("") + last_fragment("")) ==
        events{"text"});
  CHECK(events_of(first_fragment(opcode::text, "") + fragment("middle") + last_fragment("")) ==
        events{"text middle"});
}

TEST_CASE("a text beyond ASCII arrives as it was sent") {
  check_valid("Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!");
  check_valid(kosme);
}

TEST_CASE("a character may be cut by a fragment's end, a control frame between its bytes") {
  CHECK(events_of(first_fragment(opcode::text, "\xF0\x9F") + ping("\xFF") + fragment("") +
                  last_fragment("\x98\x80")) == events{"ping \xFF", "text \xF0\x9F\x98\x80"});
}

TEST_CASE("a surrogate in the middle of a text is refused, in one frame and in bytes") {
  check_invalid(kosme + "\xED\xA0\x80" + "edited");
}

TEST_CASE("a text fails at the fragment that makes it impossible, before the next one") {
  const std::string good = first_fragment(opcode::text, kosme);
  const std::string bad = fragment("\xF4\x90\x80\x80");
  CHECK(events_of(good + bad) == events{"violation 1007"});
  // F4 may begin a character, F4 90 never: the fragment's header and two bytes.
  CHECK(bytes_until_refused(good + bad + last_fragment("edited")) == good.size() + 6 + 2);
}

TEST_CASE("a text fails at its first impossible byte within a frame that is still coming") {
  const std::string stream = text(kosme + "\xF4\x90\x80\x80" + "edited");
  CHECK(bytes_until_refused(stream) == 6 + kosme.size() + 2);
  const std::string large = text(std::string(100'000, 'x') + "\xC0" + std::string(100'000, 'x'));
  CHECK(bytes_until_refused(large) == 14 + 100'000 + 1);
}

TEST_CASE("a text that ends within a character is refused, at each such place") {
  for (std::size_t end = 1; end < kosme.size(); ++end) {
    const std::string prefix = kosme.substr(0, end);
    CAPTURE(end);
    if ((kosme[end] & 0xC0) == 0x80) {
      CHECK(events_of(text(prefix)) == events{"violation 1007"});
      CHECK(events_of(fragmented(opcode::text, prefix, 1)) == events{"violation 1007"});
    } else {
      check_valid(prefix);
    }
  }
}

TEST_CASE("ASCII within a character is refused, also when it is a fragment of its own") {
  const std::string begun = first_fragment(opcode::text, "\xE2\x82");
  CHECK(events_of(begun + fragment("x") + last_fragment("\xAC")) == events{"violation 1007"});
  CHECK(bytes_until_refused(begun + fragment("x")) == begun.size() + 7);
}

TEST_CASE("a character's missing end is not taken from the next message") {
  CHECK(events_of(text("\xE2\x82") + text("\xAC")) == events{"violation 1007"});
}

TEST_CASE("the first and last character of each length are valid") {
  for (const auto& [code_point, bytes] : {std::pair{0x00u, 1},
                                          {0x7Fu, 1},
                                          {0x80u, 2},
                                          {0x7FFu, 2},
                                          {0x800u, 3},
                                          {0xFFFFu, 3},
                                          {0x10000u, 4},
                                          {0x10FFFFu, 4}}) {
    check_valid(encoded(code_point, bytes));
  }
}

TEST_CASE("forms of five and six bytes and beyond U+10FFFF are invalid") {
  for (const auto& [code_point, bytes] : {std::pair{0x110000u, 4},
                                          {0x1FFFFFu, 4},
                                          {0x200000u, 5},
                                          {0x3FFFFFFu, 5},
                                          {0x4000000u, 6},
                                          {0x7FFFFFFFu, 6}}) {
    check_invalid(encoded(code_point, bytes));
  }
}

TEST_CASE("characters around the surrogates and at the end of the planes are valid") {
  for (const std::uint32_t code_point : {0xD7FFu, 0xE000u, 0xFFFDu}) {
    check_valid(encoded(code_point, 3));
  }
}

TEST_CASE("continuation bytes without a start are invalid") {
  check_invalid("\x80");
  check_invalid("\xBF");
  for (std::size_t count = 2; count <= 7; ++count) check_invalid(std::string(count, '\x80'));
  std::string all;
  for (int byte = 0x80; byte <= 0xBF; ++byte) all += static_cast<char>(byte);
  check_invalid(all);
}

TEST_CASE("a start without its continuation is invalid") {
  for (int byte = 0xC0; byte <= 0xFD; ++byte) check_invalid(static_cast<char>(byte) + " "s);
}

TEST_CASE("a character whose last byte is missing is invalid") {
  std::string together;
  for (const auto& [code_point, bytes] : {std::pair{0x00u, 2},
                                          {0x00u, 3},
                                          {0x00u, 4},
                                          {0x00u, 5},
                                          {0x00u, 6},
                                          {0x7FFu, 2},
                                          {0xFFFFu, 3},
                                          {0x1FFFFFu, 4},
                                          {0x3FFFFFFu, 5},
                                          {0x7FFFFFFFu, 6}}) {
    const std::string form = encoded(code_point, bytes);
    const std::string cut = form.substr(0, form.size() - 1);
    check_invalid(cut + ".");
    CHECK(events_of(text(cut)) == events{"violation 1007"});
    together += cut;
  }
  check_invalid(together);
}

TEST_CASE("bytes that no UTF-8 has are invalid") {
  check_invalid("\xFE");
  check_invalid("\xFF");
  check_invalid("\xFE\xFE\xFF\xFF");
}

TEST_CASE("overlong forms are invalid") {
  for (int bytes = 2; bytes <= 6; ++bytes) {
    check_invalid(encoded('/', bytes));
    check_invalid(encoded(0, bytes));
  }
  check_invalid(encoded(0x7F, 2));
  check_invalid(encoded(0x7FF, 3));
  check_invalid(encoded(0xFFFF, 4));
  check_invalid(encoded(0x1FFFFF, 5));
  check_invalid(encoded(0x3FFFFFF, 6));
}

TEST_CASE("surrogates are invalid, single and in pairs") {
  for (const std::uint32_t high : {0xD800u, 0xDB7Fu, 0xDB80u, 0xDBFFu}) {
    check_invalid(encoded(high, 3));
    for (const std::uint32_t low : {0xDC00u, 0xDF80u, 0xDFFFu}) {
      check_invalid(encoded(low, 3));
      check_invalid(encoded(high, 3) + encoded(low, 3));
    }
  }
}

TEST_CASE("non-characters are valid UTF-8") {
  for (std::uint32_t plane = 0; plane <= 0x10; ++plane) {
    for (const std::uint32_t last : {0xFFFEu, 0xFFFFu}) {
      check_valid(encoded(plane << 16 | last, plane == 0 ? 3 : 4));
    }
  }
  check_valid(encoded(0xFDD0, 3) + encoded(0xFDEF, 3));
}

TEST_CASE("the specials block is valid") {
  for (std::uint32_t code_point = 0xFFF9; code_point <= 0xFFFF; ++code_point) {
    check_valid(encoded(code_point, 3));
  }
}

}  // namespace
}  // namespace sidewire::websocket
