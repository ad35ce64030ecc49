#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sidewire::base {
namespace {

TEST_CASE("a validator fed in two pieces agrees with the whole, wherever the text is cut") {
  // Every text of up to four of these bytes: the edges of each range that UTF-8 distinguishes.
  const std::string_view edges = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xED\xEF\xF0\xF4\xF5";
  std::size_t valid_count = 0;
  for (std::size_t number = 0; number < edges.size() * edges.size() * edges.size() * edges.size();
       ++number) {
    std::string text;
    for (std::size_t rest = number; text.size() < 4; rest /= edges.size()) {
      text += edges[rest % edges.size()];
    }
    const bool valid = is_valid_utf8(text);
    valid_count += valid ? 1 : 0;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      utf8_validator validator;
      const bool fed = validator.feed(text.substr(0, cut)) && validator.feed(text.substr(cut));
      if ((fed && validator.complete()) != valid) FAIL("text " << number << " cut at " << cut);
    }
  }
  CHECK(valid_count > 0);
}

TEST_CASE("a validator refuses a text at the first byte that no continuation can mend") {
  const auto refused_at = [](std::string_view text) {
    utf8_validator validator;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (!validator.feed(text.substr(at, 1))) return at;
    }
    return text.size();
  };
  CHECK(refused_at("a\xC3\xA4\xFF") == 3);
  CHECK(refused_at("\xC0\x80") == 0);
  CHECK(refused_at("\xE0\x80\x80") == 1);
  CHECK(refused_at("\xED\xA0\x80") == 1);
  CHECK(refused_at("\xF0\x80\x80\x80") == 1);
  CHECK(refused_at("\xF4\x90\x80\x80") == 1);
  CHECK(refused_at("\xE2\x82.") == 2);
  CHECK(refused_at("\xF0\x9F\x98\x80") == 4);
}

TEST_CASE("a validator refuses an impossible character that a piece only begins") {
  utf8_validator validator;
  CHECK_FALSE(validator.feed("good text \xED\xA0"));
  CHECK(utf8_validator{}.feed("good text \xED\x9F"));
}

TEST_CASE("a validator is complete only between characters") {
  utf8_validator validator;
  CHECK(validator.complete());
  CHECK(validator.feed("\xF0\x9F"));
  CHECK_FALSE(validator.complete());
  CHECK(validator.feed(""));
  CHECK(validator.feed("\x98\x80 and \xE2\x82"));
  CHECK_FALSE(validator.complete());
  CHECK(validator.feed("\xAC"));
  CHECK(validator.complete());
}

}  // namespace
}  // namespace sidewire::base
