#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "services/logs/backwards_reader.hpp"
#include "services/logs/line_assembler.hpp"
#include "tests/unit/services/logs/temporary_directory.hpp"

namespace sidewire::services::logs {
namespace {

using lines = std::vector<std::string>;

std::string shown(raw_line line) {
  return std::string{line.text} + (line.cut ? "…" : "");
}

lines backwards(const std::string& text) {
  const temporary_directory directory;
  const auto file = log_file::open(directory.write("x", text));
  REQUIRE(file);
  backwards_reader reader{*file, text.size()};
  lines found;
  while (const auto line = reader.next()) found.push_back(shown(*line));
  return found;
}

lines assembled(const std::string& text, std::size_t piece_bytes) {
  line_assembler assembler;
  lines found;
  const auto sink = [&](raw_line line) { found.push_back(shown(line)); };
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    assembler.feed(std::string_view{text}.substr(at, piece_bytes), sink);
  }
  assembler.finish(sink);
  return found;
}

lines reversed(const lines& order) {
  return {order.rbegin(), order.rend()};
}

}  // namespace

TEST_CASE("lines are read from the last to the first") {
  CHECK(backwards("a\nbb\nccc\n") == lines{"ccc", "bb", "a"});
  CHECK(backwards("a\nbb\nccc") == lines{"ccc", "bb", "a"});
  CHECK(backwards("a\r\n\n\r\n\nb\r\n") == lines{"b", "a"});
  CHECK(backwards("") == lines{});
  CHECK(backwards("\n") == lines{});
  CHECK(backwards("one") == lines{"one"});
}

TEST_CASE("both directions find the same lines, wherever blocks and pieces end") {
  lines expected;
  std::string text;
  for (std::size_t index = 0; text.size() < 1'200'000; ++index) {
    expected.push_back(std::to_string(index) + std::string(index * 37 % 5000, 'x'));
    text += expected.back() + "\n";
  }
  CHECK(backwards(text) == reversed(expected));
  CHECK(assembled(text, 4096) == expected);
  CHECK(assembled(text, 1'000'000) == expected);
}

TEST_CASE("of a very long line the beginning is kept and marked") {
  for (const std::size_t excess : {1, 20'000, 1'000'000}) {
    const std::string whole(max_line_bytes, 'w');
    const std::string beginning = "begin" + std::string(max_line_bytes - 5, 'm');
    const std::string text = "first\n" + beginning + std::string(excess, 'e') + "\n" + whole + "\n";
    const lines expected{"first", beginning + "…", whole};
    CHECK(backwards(text) == reversed(expected));
    CHECK(assembled(text, 10'000) == expected);
  }
}

TEST_CASE("the last lines of a large file are read without the rest") {
  const temporary_directory directory;
  directory.write("x", "");
  std::filesystem::resize_file(directory.path("x"), std::uint64_t{10} << 30);
  directory.append("x", "\nlast\n");
  const auto file = log_file::open(directory.path("x"));
  REQUIRE(file);
  backwards_reader reader{*file, file->facts().size_bytes};
  const auto line = reader.next();
  REQUIRE(line);
  CHECK(line->text == "last");
  CHECK(reader.read_bytes() <= 16 * 1024);
}

TEST_CASE("a file that shrinks while it is read gives what is left") {
  const temporary_directory directory;
  std::string text;
  for (int index = 0; index < 10'000; ++index) text += "line " + std::to_string(index) + "\n";
  const auto file = log_file::open(directory.write("x", text));
  REQUIRE(file);
  backwards_reader reader{*file, text.size()};
  CHECK(reader.next()->text == "line 9999");
  std::filesystem::resize_file(directory.path("x"), 14);
  std::string last;
  while (const auto line = reader.next()) last = line->text;
  CHECK(last == "line 0");
}

TEST_CASE("an unfinished line is held back until its end comes") {
  line_assembler assembler;
  lines found;
  const auto sink = [&](raw_line line) { found.push_back(shown(line)); };
  assembler.feed("half", sink);
  CHECK(found.empty());
  assembler.feed(" a line\nand", sink);
  CHECK(found == lines{"half a line"});
  assembler.reset();
  assembler.feed("new\n", sink);
  CHECK(found == lines{"half a line", "new"});
}

TEST_CASE("following begins after the last line end") {
  const temporary_directory directory;
  const auto end = [&](const std::string& text) {
    return end_of_last_line(*log_file::open(directory.write("x", text)), text.size());
  };
  CHECK(end("") == 0);
  CHECK(end("half") == 0);
  CHECK(end("a\nb\n") == 4);
  CHECK(end("a\nhalf") == 2);
  CHECK(end("a\n" + std::string(100'000, 'x')) == 100'002);
}

}  // namespace sidewire::services::logs
