#include "transports/websocket/extensions.hpp"

#include <doctest/doctest.h>

namespace sidewire::websocket {
namespace {

/// An offer a line: "name; parameter; parameter=value"; "malformed" for a header that is.
std::string shown(std::string_view header) {
  const auto offers = parse_extensions(header);
  if (!offers) return "malformed";
  std::string text;
  for (const extension_offer& offer : *offers) {
    text += (text.empty() ? "" : "\n") + offer.name;
    for (const auto& parameter : offer.parameters) {
      text += "; " + parameter.name + (parameter.value ? "=" + *parameter.value : "");
    }
  }
  return text;
}

TEST_CASE("offers are told in their order, with their parameters") {
  CHECK(shown("permessage-deflate") == "permessage-deflate");
  CHECK(shown("a; b; c=1, d , e;f=x") == "a; b; c=1\nd\ne; f=x");
  CHECK(shown(" a ;\tb = 2 , , d,") == "a; b=2\nd");
}

TEST_CASE("no header, and one of nothing, offers nothing") {
  CHECK(shown("").empty());
  CHECK(shown(" , ").empty());
}

TEST_CASE("a value in quotes is what stands in them, escapes resolved") {
  CHECK(shown("a; b=\"10\"") == "a; b=10");
  CHECK(shown("a; b=\"1\\0\" ; c") == "a; b=10; c");
}

TEST_CASE("commas and semicolons within quotes separate nothing, and are no value") {
  CHECK(shown("a; b=\"1,2\", c") == "malformed");
  CHECK(shown("a; b=\"1;2\"; c") == "malformed");
}

TEST_CASE("what is no list of extensions is malformed") {
  for (const auto header : {"a b", "a;", "a;;b", ";a", "a; =1", "a; b=", "a; b=\"\"", "a; b=\"1",
                            "a; b=1\"", "a; b=\"1\"2", "a; b=\"1\\\"", "a; b=\"1\\\\\"", "a; b=1 2",
                            "a; b=c=d", "\"a\"", "a/b", "\xC3\xA4", "a; \"b\"", "good, a;"}) {
    CAPTURE(header);
    CHECK(shown(header) == "malformed");
  }
}

}  // namespace
}  // namespace sidewire::websocket
