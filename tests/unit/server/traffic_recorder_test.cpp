#include "server/traffic_recorder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "tests/unit/server/contains.hpp"
#include "tests/unit/server/recording_logger.hpp"
#include "tests/unit/server/temporary_folder.hpp"

using namespace sidewire::server;
using sidewire::format;
using sidewire::rpc::recorded_direction;
using sidewire::test::contains;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void tell(traffic_recorder& recorder, std::string_view message) {
  recorder.record(recorder.number_caller(), recorded_direction::in, format::json, message);
}

}  // namespace

TEST_CASE("a recording holds every message, for its owner alone") {
  const temporary_folder folder;
  recording_logger log;
  const std::string path = folder / "recording";
  std::ofstream{path} << "what was there before\n";
  {
    traffic_recorder recorder{{.path = path, .max_file_bytes = 1'000'000}, log};
    for (int n = 0; n != 100; ++n) tell(recorder, "{\"n\":" + std::to_string(n) + "}");
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 101);
  CHECK(contains(lines[0], R"({"event":"recording")"));
  for (std::size_t n = 0; n != 100; ++n) {
    const std::string message = "\"message\":{\"n\":" + std::to_string(n) + "}}";
    CHECK(contains(lines[n + 1], message));
    CHECK(contains(lines[n + 1], "\"caller\":" + std::to_string(n + 1) + ","));
  }
  struct stat file {};
  REQUIRE(::stat(path.c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
}

TEST_CASE("a recording ends at its bound, with a whole line, and says so once") {
  const temporary_folder folder;
  recording_logger log;
  const std::string path = folder / "recording";
  {
    traffic_recorder recorder{{.path = path, .max_file_bytes = 1'024}, log};
    for (int n = 0; n != 100; ++n) tell(recorder, "{}");
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() > 2);
  CHECK(lines.back().ends_with('}'));
  struct stat file {};
  REQUIRE(::stat(path.c_str(), &file) == 0);
  CHECK(file.st_size <= 1'024);
  REQUIRE(log.lines().size() == 1);
  CHECK(log.lines()[0] == "the recording ends reason=it has reached its bound");
}

TEST_CASE("what a recording cannot keep up with is counted in it") {
  const temporary_folder folder;
  recording_logger log;
  const std::string path = folder / "recording";
  {
    traffic_recorder recorder{{.path = path, .max_file_bytes = 1'000'000, .max_pending_bytes = 400},
                              log};
    tell(recorder, '"' + std::string(1'000, 'x') + '"');
    tell(recorder, "{}");
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[1], R"("message":{}})"));
  CHECK(contains(lines[2], R"({"event":"dropped","count":1,)"));
}

TEST_CASE("a recording that cannot be made names its file") {
  recording_logger log;
  const traffic_recorder::settings nowhere{.path = "/nowhere/recording", .max_file_bytes = 1'024};
  CHECK_THROWS_WITH_AS((traffic_recorder{nowhere, log}),
                       "the recording /nowhere/recording: No such file or directory",
                       std::system_error);
}
