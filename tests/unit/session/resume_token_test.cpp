#include "session/resume_token.hpp"

#include <doctest/doctest.h>

#include <string>

namespace sidewire::session::test {
namespace {

TEST_CASE("a resume token is read into its parts") {
  const std::string text = session_name("Bx3_k-9", 7, 18446744073709551615U) + ".s3cr.et";
  const auto token = parse_resume_token(text);
  REQUIRE(token);
  CHECK(token->instance == "Bx3_k-9");
  CHECK(token->shard == 7);
  CHECK(token->number == 18446744073709551615U);
  CHECK(token->secret == "s3cr.et");
}

TEST_CASE("a text of another form is no resume token") {
  for (const std::string_view text : {"",
                                      ".",
                                      "...",
                                      "a",
                                      "a.1",
                                      "a.1.2",
                                      "a.1.2.",
                                      ".1.2.s",
                                      "a..2.s",
                                      "a.1..s",
                                      "a.x.2.s",
                                      "a.1.x.s",
                                      "a.-1.2.s",
                                      "a.1.-2.s",
                                      "a.+1.2.s",
                                      "a. 1.2.s",
                                      "a.1 .2.s",
                                      "a.1.2x.s",
                                      "a.1.18446744073709551616.s",
                                      "a.18446744073709551616.1.s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_resume_token(text));
  }
}

TEST_CASE("secrets are the same where every byte is") {
  CHECK(same_secret("", ""));
  CHECK(same_secret("abc", "abc"));
  CHECK_FALSE(same_secret("abc", "abd"));
  CHECK_FALSE(same_secret("abc", "Abc"));
  CHECK_FALSE(same_secret("abc", "ab"));
  CHECK_FALSE(same_secret("", "a"));
  CHECK_FALSE(same_secret(std::string_view{"a\0b", 3}, std::string_view{"a\0c", 3}));
}

}  // namespace
}  // namespace sidewire::session::test
