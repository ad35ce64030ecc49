#include "client/cli/display.hpp"

#include <doctest/doctest.h>

using sidewire::cli::display_width;
using sidewire::cli::line_breaks;
using sidewire::cli::palette;
using sidewire::cli::truncated;
using sidewire::cli::visible;

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Grüße") == 5);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("한국") == 4);
  CHECK(display_width("🙂") == 2);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("truncated text fits and says that it was cut") {
  CHECK(truncated("abc", 3) == "abc");
  CHECK(truncated("abcd", 3) == "ab…");
  CHECK(truncated("日本語", 5) == "日本…");
  CHECK(truncated("日本語", 4) == "日…");
  CHECK(truncated("ab", 1) == "…");
  CHECK(truncated("ab", 0) == "");
}

TEST_CASE("nothing that drives a terminal stays in visible text") {
  CHECK(visible("a\x1b[31mb") == "a\\u001b[31mb");
  CHECK(visible("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(visible("a\nb\x07", line_breaks::kept) == "a\nb\\u0007");
  CHECK(visible("\x7f") == "\\u007f");
  CHECK(visible("\u009b") == "\\u009b");
  CHECK(visible("\u202Etxt\u2066") == "\\u202etxt\\u2066");
  CHECK(visible("Grüße 日本 🙂") == "Grüße 日本 🙂");
}

TEST_CASE("colours are left out where they are not wanted") {
  CHECK(palette{}.number("1") == "1");
  CHECK(palette{.enabled = true}.number("1") == "\x1b[33m1\x1b[0m");
}
