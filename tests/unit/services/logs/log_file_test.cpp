#include "services/logs/log_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/services/logs/temporary_directory.hpp"

namespace sidewire::services::logs {
namespace {

std::vector<std::string> names_of(const std::vector<found_file>& files) {
  std::vector<std::string> names;
  for (const found_file& file : files) {
    names.push_back(std::filesystem::path{file.path}.filename().string());
  }
  return names;
}

void set_written(const std::string& path, int hours_ago) {
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::hours{hours_ago});
}

}  // namespace

TEST_CASE("a regular file is opened and read at any offset") {
  const temporary_directory directory;
  const auto file = log_file::open(directory.write("app.log", "0123456789"));
  REQUIRE(file);
  std::string into(4, ' ');
  CHECK(file->read_at(8, into) == 2);
  CHECK(into.substr(0, 2) == "89");
  CHECK(file->read_at(100, into) == 0);
  CHECK(file->facts().size_bytes == 10);
}

TEST_CASE("what is no regular file is refused without waiting") {
  const temporary_directory directory;
  REQUIRE(::mkfifo(directory.path("pipe").c_str(), 0600) == 0);
  for (const std::string& path :
       {directory.path("pipe"), directory.path(), std::string{"/dev/zero"}}) {
    const auto file = log_file::open(path);
    REQUIRE(!file);
    CHECK(file.error().kind() == error_kind::unavailable);
    CHECK(file.error().message() == path + " is no regular file");
  }
}

TEST_CASE("a file that is not there is unavailable") {
  const temporary_directory directory;
  const auto file = log_file::open(directory.path("none.log"));
  REQUIRE(!file);
  CHECK(file.error().kind() == error_kind::unavailable);
  CHECK(file.error().message() == directory.path("none.log") + " does not exist");
}

TEST_CASE("a glob means the files that match now, the last written last") {
  const temporary_directory directory;
  set_written(directory.write("app-1.log", "x"), 1);
  set_written(directory.write("app-2.log", "x"), 3);
  set_written(directory.write("app-3.log", "x"), 2);
  directory.write("app-0.log.gz", "x");
  directory.write("other.txt", "x");
  std::filesystem::create_directory(directory.path("app-d.log"));
  CHECK(names_of(find_files(directory.path("app-*.log*"))) ==
        std::vector<std::string>{"app-2.log", "app-3.log", "app-1.log"});
  CHECK(find_files(directory.path("none-*.log")).empty());
}

TEST_CASE("of very many files the last written are looked at") {
  const temporary_directory directory;
  for (std::size_t index = 0; index < max_files + 10; ++index) {
    const std::string name = std::to_string(100 + index) + ".log";
    set_written(directory.write(name, "x"), static_cast<int>(1000 - index));
  }
  const auto names = names_of(find_files(directory.path("*.log")));
  REQUIRE(names.size() == max_files);
  CHECK(names.front() == "110.log");
  CHECK(names.back() == std::to_string(100 + max_files + 9) + ".log");
}

TEST_CASE("symbolic links are followed, to regular files alone") {
  const temporary_directory directory;
  directory.write("real", "x");
  std::filesystem::create_symlink(directory.path("real"), directory.path("current.log"));
  std::filesystem::create_symlink(directory.path("gone"), directory.path("dangling.log"));
  std::filesystem::create_symlink("/dev/null", directory.path("device.log"));
  CHECK(names_of(find_files(directory.path("*.log"))) == std::vector<std::string>{"current.log"});
  CHECK(log_file::open(directory.path("current.log")));
  CHECK(!log_file::open(directory.path("device.log")));
}

}  // namespace sidewire::services::logs
