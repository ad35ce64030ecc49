#include "client/cli/json_syntax.hpp"

#include <doctest/doctest.h>

#include <string>

using sidewire::cli::find_syntax_problem;

TEST_CASE("valid JSON has no syntax problem") {
  for (const char* text :
       {"0", "-0.5e+10", "true", "false", "null", R"("")", R"("\"\\\/\b\f\n\r\t\u00eF")", "[]",
        "{}", " [ 1 , [ ] , { } ] ", "{\"a\" : {\"b\":[null]}}\n", "1E9"}) {
    CAPTURE(text);
    CHECK_FALSE(find_syntax_problem(text));
  }
}

TEST_CASE("a syntax problem says where it is and what is missing") {
  struct sample {
    const char* text;
    std::size_t line, column;
    const char* message;
  };
  for (const sample& one : {
           sample{"", 1, 1, "a value is missing"},
           sample{"{", 1, 2, "a name in double quotes is missing"},
           sample{"{\"a\"}", 1, 5, "a ':' is missing after the name"},
           sample{"{\"a\":}", 1, 6, "this is no value; strings stand in double quotes"},
           sample{"{\"a\":1,}", 1, 8, "a member is missing after the ','"},
           sample{"{\n\"a\":1\n\"b\":2}", 3, 1, "a ',' or '}' is missing"},
           sample{"[1 2]", 1, 4, "a ',' or ']' is missing"},
           sample{"[1,", 1, 4, "a value is missing"},
           sample{"['a']", 1, 2, "strings stand in double quotes"},
           sample{"\"abc", 1, 1, "this string has no end"},
           sample{"\"\\x\"", 1, 3,
                  "this is no escape: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"},
           sample{"\"\\u12g4\"", 1, 6, "\\u takes four hex digits"},
           sample{"\"a\nb\"", 1, 3, "a control character must be escaped"},
           sample{"01", 1, 2, "a number must not begin with 0"},
           sample{"-", 1, 2, "a digit is missing"},
           sample{"1.", 1, 3, "a digit is missing after the '.'"},
           sample{"1e", 1, 3, "a digit is missing in the exponent"},
           sample{"nul", 1, 1, "this is no value; strings stand in double quotes"},
           sample{"1 2", 1, 3, "the value ends before this"},
       }) {
    CAPTURE(one.text);
    const auto found = find_syntax_problem(one.text);
    REQUIRE(found);
    CHECK(found->line == one.line);
    CHECK(found->column == one.column);
    CHECK(found->message == one.message);
  }
}

TEST_CASE("nesting without end is a problem, not a crash") {
  const auto found = find_syntax_problem(std::string(100'000, '['));
  REQUIRE(found);
  CHECK(found->message == "arrays and objects are nested too deeply");
}
