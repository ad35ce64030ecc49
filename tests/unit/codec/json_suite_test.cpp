#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/unit/codec/codec_support.hpp"

namespace sidewire::codec::test {
namespace {

/// Calls `visit(name, text)` for each file of JSONTestSuite with this prefix; how many there were.
template <class Visit>
int each_suite_text(std::string_view prefix, Visit visit) {
  int count = 0;
  const std::filesystem::path folder{SIDEWIRE_TEST_DATA "/JSONTestSuite/test_parsing"};
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::ifstream file{entry.path(), std::ios::binary};
    visit(name, std::string{std::istreambuf_iterator<char>{file}, {}});
    ++count;
  }
  return count;
}

TEST_CASE("every text that JSONTestSuite wants accepted is accepted") {
  const int count = each_suite_text("y_", [](const std::string& name, const std::string& text) {
    CAPTURE(name);
    CHECK(verdict(text, format::json) == "accepted");
  });
  CHECK(count == 95);
}

TEST_CASE("every text that JSONTestSuite wants refused is a parse error") {
  const int count = each_suite_text("n_", [](const std::string& name, const std::string& text) {
    CAPTURE(name);
    CHECK(verdict(text, format::json).starts_with("parse_error"));
  });
  CHECK(count == 188);
}

TEST_CASE("what JSONTestSuite leaves open is either read and written as MessagePack, or refused") {
  const int count = each_suite_text("i_", [](const std::string& name, const std::string& text) {
    CAPTURE(name);
    const std::string said = verdict(text, format::json);
    CHECK((said == "accepted" || said.starts_with("parse_error")));
    if (said == "accepted") CHECK(verdict(packed(text), format::msgpack) == "accepted");
  });
  CHECK(count == 35);
}

TEST_CASE("what JSON allows survives the way to MessagePack and back") {
  each_suite_text("y_", [](const std::string& name, const std::string& text) {
    CAPTURE(name);
    const std::string once = unpacked(packed(text));
    CHECK(verdict(once, format::json) == "accepted");
    CHECK(unpacked(packed(once)) == once);
  });
}

}  // namespace
}  // namespace sidewire::codec::test
