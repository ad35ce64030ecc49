#include "server/launch_command.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "server/line_reader.hpp"

using namespace sidewire::server;
using texts = std::vector<std::string>;

namespace {

server_facts launched_facts() {
  server_facts facts;
  facts.url = "http://127.0.0.1:49843";
  facts.port = 49843;
  facts.token = "s3cret";
  return facts;
}

texts arguments_of(std::string_view command) {
  return make_launch_plan(command, launched_facts(), {}).arguments;
}

}  // namespace

TEST_CASE("a command is split at blanks, and quotes keep words together") {
  CHECK(split_command("ui") == texts{"ui"});
  CHECK(split_command("  ui\t--a  b\nc ") == texts{"ui", "--a", "b", "c"});
  CHECK(split_command("'my ui' \"a b\"'c d'e") == texts{"my ui", "a bc de"});
  CHECK(split_command("ui '' \"\"") == texts{"ui", "", ""});
  CHECK(split_command(R"(ui a\ b \'x \\)") == texts{"ui", "a b", "'x", "\\"});
  CHECK(split_command(R"(ui "a\"b\\c\$d\n" 'a\b')") == texts{"ui", R"(a"b\c$d\n)", R"(a\b)"});
}

TEST_CASE("nothing but quotes is expanded in a command") {
  CHECK(split_command("ui $HOME *.txt a|b;c>d `x` $(y) ~ #z") ==
        texts{"ui", "$HOME", "*.txt", "a|b;c>d", "`x`", "$(y)", "~", "#z"});
}

TEST_CASE("an unfinished or empty command is none") {
  for (const char* command : {"", "  ", "''", "ui 'a", "ui \"a", "ui a\\", "ui \"a\\\""})
    CHECK_MESSAGE(!split_command(command), command);
}

TEST_CASE("port and url are replaced in every word") {
  CHECK(arguments_of("ui --port {port} --to={url}/x?{port} '{port} {port}'") ==
        texts{"ui", "--port", "49843", "--to=http://127.0.0.1:49843/x?49843", "49843 49843"});
}

TEST_CASE("without port and url in the command the port is added at its end") {
  CHECK(arguments_of("python3 ui.py") == texts{"python3", "ui.py", "--ws-port=49843"});
}

TEST_CASE("the environment tells the server and none of its options") {
  const texts own{"PATH=/bin", "SIDEWIRE_LAUNCH=ui", "SIDEWIRE_TOKEN=old", "TAURI_WS_PORT=1"};
  auto facts = launched_facts();
  CHECK(make_launch_plan("ui", facts, own).environment ==
        texts{"PATH=/bin", "TAURI_WS_PORT=49843", "SIDEWIRE_URL=http://127.0.0.1:49843",
              "SIDEWIRE_TOKEN=s3cret"});
  facts.token.clear();
  CHECK(make_launch_plan("ui", facts, own).environment ==
        texts{"PATH=/bin", "TAURI_WS_PORT=49843", "SIDEWIRE_URL=http://127.0.0.1:49843"});
}

TEST_CASE("a line reader tells lines however they arrive") {
  texts lines;
  line_reader reader{[&](std::string_view line) { lines.emplace_back(line); }};
  reader.feed("on");
  reader.feed("e\ntwo\r\n\n\nthr");
  CHECK(lines == texts{"one", "two"});
  reader.feed("ee");
  reader.finish();
  reader.finish();
  CHECK(lines == texts{"one", "two", "three"});
}

TEST_CASE("a line reader tells a line without end in pieces") {
  texts lines;
  line_reader reader{[&](std::string_view line) { lines.emplace_back(line); }};
  const std::string endless(line_reader::max_line_bytes * 2 + 5, 'x');
  reader.feed(endless);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == line_reader::max_line_bytes);
  reader.feed("\n");
  REQUIRE(lines.size() == 3);
  CHECK(lines[2] == "xxxxx");
}
