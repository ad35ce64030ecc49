#include "client/cli/render.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using sidewire::format;
using sidewire::json_view;
using sidewire::cli::canvas;
using sidewire::cli::compact_json;
using sidewire::cli::display_width;
using sidewire::cli::read_value;
using sidewire::cli::render_line;
using sidewire::cli::render_pretty;
using sidewire::cli::render_readable;

using namespace std::string_view_literals;

namespace {

json_view written(std::string_view text) {
  return {text, format::json};
}
json_view packed(std::string_view bytes) {
  return {bytes, format::msgpack};
}

std::string readable(std::string_view text, std::size_t width = 80) {
  return '\n' + render_readable(read_value(written(text)), {.width = width});
}

}  // namespace

TEST_CASE("compact JSON keeps numbers and strings as they came") {
  CHECK(compact_json(
            written("{ \"a b\" : [ 1.10 , 18446744073709551615 ],\n\"c\": \"\\u00e9 \\\" \" }")) ==
        R"({"a b":[1.10,18446744073709551615],"c":"\u00e9 \" "})");
  CHECK(compact_json(written(R"(["\\", " "])")) == R"(["\\"," "])");
}

TEST_CASE("compact JSON of MessagePack has bytes in base64") {
  CHECK(compact_json(packed("\x82\xA1n\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xA1"
                            "b\xC4\x02\x00\xFF"sv)) == R"({"n":18446744073709551615,"b":"AP8="})");
}

TEST_CASE("a line shows bytes by their beginning") {
  CHECK(render_line(read_value(packed("\xC4\x02\x00\xFF"sv)), {}) == "<2 bytes: 00 ff>");
  const std::string long_bytes = "\xC4\x14" + std::string(20, 'A');
  CHECK(render_line(read_value(packed(long_bytes)), {}) ==
        "<20 bytes: 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 …>");
  CHECK(render_line(read_value(packed("\xC4\x00"sv)), {}) == "<0 bytes>");
}

TEST_CASE("a line is one line") {
  CHECK(render_line(read_value(written(R"({"a":[1,{"b":null}],"c":"x\ny"})")), {}) ==
        R"({"a": [1, {"b": null}], "c": "x\ny"})");
}

TEST_CASE("pretty JSON is indented and stays JSON") {
  CHECK(render_pretty(read_value(written(R"({"a":[1.10,{}],"b":[]})")), {}) ==
        "{\n  \"a\": [\n    1.10,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST_CASE("an array of objects is a table with numbers to the right") {
  CHECK(readable(R"([{"name":"dpkg","size":5},{"name":"apt","size":1234,"more":[1]}])") == R"(
name  size  more
dpkg     5
apt   1234  [1]
)");
}

TEST_CASE("columns count what a terminal shows") {
  CHECK(readable(R"([{"a":"日本","b":1},{"a":"xyz","b":2}])") == R"(
a     b
日本  1
xyz   2
)");
}

TEST_CASE("a table is fitted into the width by its widest columns") {
  const std::string table =
      readable(R"([{"time":"12:00:00","message":"a long message that cannot fit","n":1}])", 30);
  CHECK(table == R"(
time      message            n
12:00:00  a long message t…  1
)");
}

TEST_CASE("rows too wide for any table stand below each other") {
  CHECK(
      readable(R"([{"aaaaaaaaaaaa":"bbbbbbbbbbbb","cccccccccccc":"dddddddddddd"},{"e":1}])", 12) ==
      R"(
aaaaaaaaaaaa  bbbbbbbbbbbb
cccccccccccc  dddddddddddd

e  1
)");
}

TEST_CASE("objects within an object are part of its list, under names with dots") {
  CHECK(readable(R"({"up":1,"cpu":{"own":2,"all":{"x":[]}},"none":{}})") == R"(
up         1
cpu.own    2
cpu.all.x  []
none       {}
)");
}

TEST_CASE("an object is a list of its members, with tables below") {
  CHECK(readable(R"({"service":"dpkg","entries":[{"line":"x"}],"count":1,"tags":[]})") == R"(
service  dpkg
count    1
tags     []

entries
line
x
)");
}

TEST_CASE("items of a stream are lines") {
  const auto item = [](std::string_view text) {
    return sidewire::cli::render_item(read_value(written(text)), {});
  };
  CHECK(item(R"("a\nb")") == "a\\nb\n");
  CHECK(item("5") == "5\n");
  CHECK(item(R"([1,"b"])") == "1\nb\n");
  CHECK(item(R"({"entries":[{"time":1,"line":"one"},{"line":"t\u001bwo"}]})") ==
        "one\nt\\u001bwo\n");
  CHECK(item(R"({"done":0.5,"text":"a b","list":[1]})") == "done=0.5  text=a b  list=[1]\n");
  CHECK(item("{}") == "{}\n");
  CHECK(item("[]") == "");
}

TEST_CASE("a string is its text, anything else pretty") {
  CHECK(readable(R"("two\nlines\u001b")") == "\ntwo\nlines\\u001b\n");
  CHECK(readable("[1,2]") == "\n[\n  1,\n  2\n]\n");
  CHECK(readable("{}") == "\n{}\n");
  CHECK(readable("null") == "\nnull\n");
}

TEST_CASE("a server's text cannot drive the terminal from any place") {
  const std::string text =
      R"([{"na\u001bme":"va\u001blue"},{"x":["\u001b"],"y":{"\u001b":"\u009b"}}])";
  for (const std::string& shown :
       {readable(text), render_pretty(read_value(written(text)), {}),
        readable(R"({"k\u001b":"v\u001b","l":[{"m\u001b":"\u001b"}]})")}) {
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find("\u009b") == std::string::npos);
  }
}
