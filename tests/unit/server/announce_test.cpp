#include "server/announce.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <system_error>

#include "recording_logger.hpp"
#include "server/timestamp.hpp"
#include "temporary_folder.hpp"

using namespace sidewire::server;
using namespace std::chrono_literals;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat file {};
  REQUIRE(::stat(path.c_str(), &file) == 0);
  return file.st_mode & 0777;
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

server_facts example_facts() {
  server_facts facts;
  facts.instance = "an-instance";
  facts.url = "http://127.0.0.1:49843";
  facts.ws = "ws://127.0.0.1:49843/rpc";
  facts.port = 49843;
  facts.token = "s3cret";
  return facts;
}

}  // namespace

TEST_CASE("an announce file is its owner's alone and gone with its object") {
  const temporary_folder folder;
  {
    announcement file{folder / "a.json", file_readers::owner};
    CHECK_FALSE(exists(folder / "a.json"));
    file.write("one");
    CHECK(read_file(folder / "a.json") == "one");
    CHECK(mode_of(folder / "a.json") == 0600);
    CHECK(folder.file_count() == 1);
  }
  CHECK(folder.file_count() == 0);
}

TEST_CASE("an announce file takes the place of another whole, with its own mode") {
  const temporary_folder folder;
  write_file(folder / "a", "what was there");
  ::chmod((folder / "a").c_str(), 0666);
  announcement file{folder / "a", file_readers::owner};
  file.write("new");
  CHECK(read_file(folder / "a") == "new");
  CHECK(mode_of(folder / "a") == 0600);
}

TEST_CASE("a symbolic link is replaced, and what it points to stays as it is") {
  const temporary_folder folder;
  write_file(folder / "target", "precious");
  REQUIRE(::symlink((folder / "target").c_str(), (folder / "a").c_str()) == 0);
  {
    announcement file{folder / "a", file_readers::owner};
    file.write("secret");
    CHECK(read_file(folder / "target") == "precious");
    CHECK(read_file(folder / "a") == "secret");
  }
  CHECK(exists(folder / "target"));
  CHECK_FALSE(exists(folder / "a"));
}

TEST_CASE("an announce file that another instance has replaced is left to it") {
  const temporary_folder folder;
  announcement newer{folder / "a", file_readers::owner};
  {
    announcement older{folder / "a", file_readers::owner};
    older.write("older");
    newer.write("newer");
    CHECK_FALSE(older.is_own());
  }
  CHECK(read_file(folder / "a") == "newer");
  CHECK(newer.is_own());
}

TEST_CASE("a file that cannot be written is an error that names it, and leaves nothing behind") {
  const temporary_folder folder;
  announcement file{folder / "no-such-folder/a", file_readers::owner};
  CHECK_THROWS_WITH_AS(file.write("x"), doctest::Contains("no-such-folder/a"), std::system_error);

  std::filesystem::create_directory(folder / "taken");
  announcement blocked{folder / "taken", file_readers::owner};
  CHECK_THROWS_AS(blocked.write("x"), std::system_error);
  CHECK(folder.file_count() == 1);
}

TEST_CASE("renewing puts back a file that is gone or stale, and leaves another's fresh one") {
  const temporary_folder folder;
  const auto now = std::chrono::system_clock::now();
  announcement file{folder / "a.js", file_readers::everybody};
  file.write("1");
  CHECK(mode_of(folder / "a.js") == 0644);
  file.renew("2", now, 5s);
  CHECK(read_file(folder / "a.js") == "2");

  std::filesystem::remove(folder / "a.js");
  file.renew("3", now, 5s);
  CHECK(read_file(folder / "a.js") == "3");

  announcement other{folder / "a.js", file_readers::everybody};
  other.write("other");
  file.renew("4", now, 5s);
  CHECK(read_file(folder / "a.js") == "other");
  file.renew("5", now + 1h, 5s);
  CHECK(read_file(folder / "a.js") == "5");
}

TEST_CASE("the announcer writes the facts with the token, and for pages without") {
  const temporary_folder folder;
  boost::asio::io_context context;
  recording_logger log;
  announcer announces{context, log};
  announces.start(std::vector<std::string>{folder / "a.json", folder / "b.js"}, example_facts());

  CHECK(read_file(folder / "a.json") ==
        ready_json(example_facts(), token_telling::with_token) + "\n");
  const auto script = read_file(folder / "b.js");
  CHECK(script.starts_with(R"(window.WS_CONFIG = {"port": 49843, "timestamp": "20)"));
  CHECK(script.ends_with(R"(Z", "instance": "an-instance"};)"
                         "\n"));
  CHECK(script.find("s3cret") == std::string::npos);

  announces.stop();
  CHECK(folder.file_count() == 0);
  CHECK(context.run() == 1);  // the cancelled renewal, and nothing that waits any longer
  CHECK(log.lines().empty());
}

TEST_CASE("an announcer that cannot write one file removes those before it") {
  const temporary_folder folder;
  {
    boost::asio::io_context context;
    recording_logger log;
    announcer announces{context, log};
    CHECK_THROWS_AS(announces.start(std::vector<std::string>{folder / "a.json", folder / "x/b.js"},
                                    example_facts()),
                    std::system_error);
  }
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a timestamp is RFC 3339 in UTC with milliseconds") {
  using std::chrono::sys_days;
  const auto day = sys_days{std::chrono::year{2024} / 2 / 29};
  CHECK(timestamp(day + 23h + 59min + 59s + 7ms) == "2024-02-29T23:59:59.007Z");
  CHECK(timestamp(sys_days{std::chrono::year{1970} / 1 / 1}) == "1970-01-01T00:00:00.000Z");
}
