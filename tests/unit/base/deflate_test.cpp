#include "base/deflate.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

namespace sidewire::base {
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

std::string deflated(deflater& stream, std::string_view text, deflater::piece kind) {
  buffer out;
  REQUIRE(stream.deflate(text, kind, out, plenty));
  return std::string{out.view()};
}

TEST_CASE("what was deflated inflates to itself, in every form and window, cut anywhere") {
  for (const auto form : {deflate_form::raw, deflate_form::gzip}) {
    for (int bits = min_deflate_window_bits; bits <= max_window_bits; ++bits) {
      for (const auto& text : {std::string{}, std::string{"x"}, words(100'000), noise(40'000)}) {
        CAPTURE(bits);
        CAPTURE(text.size());
        deflater writing{form, bits};
        const std::string stream = deflated(writing, text, deflater::piece::last);
        inflater reading{form, bits};
        buffer out;
        inflater::outcome reached{};
        for (std::size_t at = 0; at < stream.size(); at += 97) {
          std::string_view piece = std::string_view{stream}.substr(at, 97);
          reached = reading.inflate(piece, out, plenty);
          CHECK(piece.empty());
        }
        CHECK(reached == inflater::outcome::end);
        CHECK((out.view() == text));
      }
    }
  }
}

TEST_CASE("a flushed piece ends at a byte with an empty block, and the next one refers to it") {
  deflater writing{deflate_form::raw};
  const std::string first = deflated(writing, words(3000), deflater::piece::flushed);
  const std::string second = deflated(writing, words(3000), deflater::piece::flushed);
  CHECK(first.ends_with(std::string_view{"\x00\x00\xFF\xFF", 4}));
  CHECK(second.size() < first.size() / 10);

  inflater reading{deflate_form::raw};
  buffer out;
  for (std::string_view rest : {std::string_view{first}, std::string_view{second}}) {
    CHECK(reading.inflate(rest, out, plenty) == inflater::outcome::need_more);
    CHECK(reading.is_between_blocks());
  }
  CHECK((out.view() == words(3000) + words(3000)));
}

TEST_CASE("a stream that was cut is not between blocks") {
  deflater writing{deflate_form::raw};
  const std::string stream = deflated(writing, words(3000), deflater::piece::flushed);
  inflater reading{deflate_form::raw};
  buffer out;
  std::string_view rest = std::string_view{stream}.substr(0, stream.size() / 2);
  CHECK(reading.inflate(rest, out, plenty) == inflater::outcome::need_more);
  CHECK_FALSE(reading.is_between_blocks());
}

TEST_CASE("inflating stops at the bound, to the byte, and takes no more memory") {
  const std::string text(1'000'000, '\0');
  deflater writing{deflate_form::raw};
  const std::string stream = deflated(writing, text, deflater::piece::last);
  const auto inflate = [&](std::size_t max_bytes, buffer& out) {
    inflater reading{deflate_form::raw};
    std::string_view rest = stream;
    return reading.inflate(rest, out, max_bytes);
  };
  buffer exact;
  CHECK(inflate(text.size(), exact) == inflater::outcome::end);
  CHECK(exact.size() == text.size());
  for (const std::size_t max_bytes : {0ul, 1ul, 16'384ul, 500'000ul, text.size() - 1}) {
    CAPTURE(max_bytes);
    buffer out;
    CHECK(inflate(max_bytes, out) == inflater::outcome::too_large);
    CHECK(out.size() == max_bytes);
    CHECK(out.capacity_bytes() <= 2 * max_bytes + 65'536);
  }
}

TEST_CASE("what is no stream is broken") {
  inflater raw{deflate_form::raw};
  inflater gzip{deflate_form::gzip};
  buffer out;
  std::string_view reserved_block{"\x07"};
  CHECK(raw.inflate(reserved_block, out, plenty) == inflater::outcome::broken);
  std::string_view no_header{"plain text"};
  CHECK(gzip.inflate(no_header, out, plenty) == inflater::outcome::broken);
}

TEST_CASE("a wrong checksum breaks a gzip stream") {
  deflater writing{deflate_form::gzip};
  std::string stream = deflated(writing, "text", deflater::piece::last);
  stream[stream.size() - 8] = static_cast<char>(stream[stream.size() - 8] ^ 1);
  inflater reading{deflate_form::gzip};
  buffer out;
  std::string_view rest = stream;
  CHECK(reading.inflate(rest, out, plenty) == inflater::outcome::broken);
}

TEST_CASE("what does not fit is taken back, and the stream begins anew") {
  deflater writing{deflate_form::raw};
  buffer out;
  out.append("before");
  CHECK_FALSE(writing.deflate(noise(50'000), deflater::piece::flushed, out, 50'000));
  CHECK((out.view() == "before"));
  CHECK_FALSE(writing.deflate(words(3000), deflater::piece::last, out, 10));
  CHECK((out.view() == "before"));

  const std::string stream = deflated(writing, words(3000), deflater::piece::flushed);
  inflater reading{deflate_form::raw};
  buffer read;
  std::string_view rest = stream;
  CHECK(reading.inflate(rest, read, plenty) == inflater::outcome::need_more);
  CHECK((read.view() == words(3000)));
}

TEST_CASE("after a reset, and after a last piece, nothing refers to what was before") {
  deflater writing{deflate_form::raw};
  const std::string fresh = deflated(writing, words(3000), deflater::piece::flushed);
  writing.reset();
  CHECK(deflated(writing, words(3000), deflater::piece::flushed) == fresh);
  deflated(writing, "the end", deflater::piece::last);
  CHECK(deflated(writing, words(3000), deflater::piece::flushed) == fresh);
}

TEST_CASE("a raw stream of 8 bits is read, and is none that can be written") {
  CHECK_NOTHROW(inflater(deflate_form::raw, min_inflate_window_bits));
  CHECK_THROWS(deflater(deflate_form::raw, min_inflate_window_bits));
}

}  // namespace
}  // namespace sidewire::base
