#include "server/quoted_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/spelling.hpp"

using namespace sidewire::server;

TEST_CASE("a quoted text escapes quotes, backslashes and everything that a terminal obeys") {
  CHECK(quoted_text("") == R"("")");
  CHECK(quoted_text(R"(a "b" \c)") == R"("a \"b\" \\c")");
  CHECK(quoted_text("a\nb\rc\td") == R"("a\nb\rc\td")");
  CHECK(quoted_text(std::string_view{"\0\x1b[31m\x7f", 7}) == R"("\u0000\u001b[31m\u007f")");
  CHECK(quoted_text("\xC2\x9B"
               "31m") == R"("\u009b31m")");
  CHECK(quoted_text("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST_CASE("a quoted text mends bytes that are no UTF-8 one by one") {
  CHECK(quoted_text("a\xFF"
               "b") ==
        "\"a\xEF\xBF\xBD"
        "b\"");
  CHECK(quoted_text("\xE2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(quoted_text("\xC3\"") == "\"\xEF\xBF\xBD\\\"\"");
  CHECK(quoted_text("\x80") == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("a printable text keeps quotes and backslashes") {
  std::string out;
  append_printable(out, "a \"b\" \\c\n");
  CHECK(out == "a \"b\" \\c\\n");
}

TEST_CASE("a suggestion is the nearest known name, unless none is near") {
  const std::vector<std::string> known{"port", "host", "drain-timeout"};
  CHECK(suggestion("prot", known) == " (did you mean 'port'?)");
  CHECK(suggestion("drain_timeout", known) == " (did you mean 'drain-timeout'?)");
  CHECK(suggestion("dran-timout", known) == " (did you mean 'drain-timeout'?)");
  CHECK(suggestion("xyzzy", known).empty());
  CHECK(suggestion("port", known).empty());
  CHECK(suggestion("", known).empty());
  CHECK(suggestion(std::string(1000, 'p'), known).empty());
  CHECK(suggestion("port", {}).empty());
}
