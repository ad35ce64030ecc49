#include "server/launch.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <system_error>

#include "recording_logger.hpp"

using namespace sidewire::server;
using namespace std::chrono_literals;

namespace {

struct fixture {
  boost::asio::io_context context;
  recording_logger log;
  launched_application application{context, log, 50ms};
  int exit_count = 0;

  void start(const std::string& script) {
    application.start({.arguments = {"sh", "-c", script},
                       .environment = {"PATH=/usr/bin:/bin", "NAME=value"},
                       .secret = "s3cret"},
                      [this] { ++exit_count; });
  }
  /// Until there is nothing left to wait for.
  void run() { context.run(); }

  bool has_logged(std::string_view text) const {
    return std::ranges::any_of(
        log.lines(), [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "what a launched program prints is logged line by line") {
  start("echo one; echo \"two $NAME\" >&2; printf three; exit 3");
  CHECK(application.is_running());
  run();
  CHECK(exit_count == 1);
  CHECK_FALSE(application.is_running());
  CHECK(has_logged("stream=stdout line=one"));
  CHECK(has_logged("stream=stderr line=two value"));
  CHECK(has_logged("stream=stdout line=three"));
  CHECK(has_logged("status=3"));
}

TEST_CASE_FIXTURE(fixture, "a token that a launched program prints is not logged") {
  start("echo a s3cret b");
  run();
  CHECK(has_logged("line=a [token] b"));
  CHECK_FALSE(has_logged("s3cret"));
}

TEST_CASE_FIXTURE(fixture, "a launched program has nothing to read and no descriptor of ours") {
  start("cat; ls /proc/self/fd | wc -l");
  run();
  CHECK(has_logged("line=4"));  // its three, and the folder that ls reads
}

TEST_CASE_FIXTURE(fixture,
                  "a launched program has its signals, whatever the server does with its own") {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  start("kill -PIPE $$");
  ::signal(SIGPIPE, before);
  run();
  CHECK(has_logged("signal=13"));
}

TEST_CASE_FIXTURE(fixture, "a launched program is asked to end") {
  start("trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.01; done");
  // Asked only once the trap stands, which its first line tells.
  while (!has_logged("line=up")) context.run_one();
  application.stop();
  run();
  CHECK(exit_count == 1);
  CHECK(has_logged("line=asked"));
  CHECK_FALSE(has_logged("killed"));
}

TEST_CASE_FIXTURE(fixture, "a launched program that does not end is killed with its group") {
  start("trap '' TERM; sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.01; done'");
  while (!has_logged("line=up")) context.run_one();
  application.stop();
  run();
  CHECK(exit_count == 1);
  CHECK(has_logged("is killed"));
  CHECK(has_logged("signal=9"));
}

TEST_CASE_FIXTURE(fixture, "what a launched program leaves behind is asked to end with it") {
  start("sleep 1000 & echo $!; exit 0");
  run();
  CHECK(exit_count == 1);
  const auto line = std::ranges::find_if(
      log.lines(), [](const std::string& text) { return text.find("line=") != std::string::npos; });
  REQUIRE(line != log.lines().end());
  const pid_t left = std::stoi(line->substr(line->find("line=") + 5));
  // It has been signalled; whoever is its parent now reaps it in its own time.
  process_watch watch{context, left, [] {}};
  context.restart();
  CHECK(context.run() == 1);
}

TEST_CASE_FIXTURE(fixture, "a program that does not exist is an error that names it") {
  CHECK_THROWS_WITH_AS(
      application.start({.arguments = {"/no/such/program"}, .environment = {}, .secret = {}},
                        [] {}),
      doctest::Contains("/no/such/program"), std::system_error);
  CHECK_FALSE(application.is_running());
}

TEST_CASE("a launched program does not outlive its object") {
  boost::asio::io_context context;
  recording_logger log;
  pid_t child = 0;
  {
    launched_application application{context, log};
    application.start({.arguments = {"sleep", "1000"}, .environment = {}, .secret = {}}, [] {});
    const auto& line = log.lines().front();
    child = std::stoi(line.substr(line.find("pid=") + 4));
    REQUIRE(::kill(child, 0) == 0);
  }
  CHECK(::kill(child, 0) == -1);
}
