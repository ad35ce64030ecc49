#include "server/stderr_logger.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/server/contains.hpp"
#include "transports/net/unique_fd.hpp"

using namespace sidewire::server;
using namespace std::chrono_literals;
using sidewire::base::log_level;
using sidewire::net::unique_fd;
using sidewire::test::contains;

namespace {

/// The smallest pipe there is, and what was read from it.
struct log_pipe {
  log_pipe() {
    std::array<int, 2> fds{};
    REQUIRE(::pipe(fds.data()) == 0);
    read_end.reset(fds[0]);
    write_end.reset(fds[1]);
    ::fcntl(fds[1], F_SETPIPE_SZ, 4096);
  }

  stderr_logger::settings settings() const {
    return {.level = log_level::info,
            .style = log_style::json,
            .fd = write_end.get(),
            .max_pending_bytes = 8 * 1024,
            .max_flush_wait = 10s};
  }

  /// Everything to the end; the last writer must have gone or go soon.
  std::vector<std::string> read_lines() const {
    std::string text;
    std::array<char, 4096> bytes;
    for (ssize_t size; (size = ::read(read_end.get(), bytes.data(), bytes.size())) > 0;)
      text.append(bytes.data(), static_cast<std::size_t>(size));
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

  unique_fd read_end;
  unique_fd write_end;
};

}  // namespace

TEST_CASE("the logger has written everything when it ends, in order, from its level on") {
  log_pipe pipe;
  {
    stderr_logger log{pipe.settings()};
    log.log(log_level::debug, "not this");
    log.log(log_level::info, "one", {{"n", std::int64_t{1}}});
    log.log(log_level::error, "two");
  }
  pipe.write_end.reset();
  const auto lines = pipe.read_lines();
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], R"("level":"info","message":"one","n":1})"));
  CHECK(contains(lines[1], R"("level":"error","message":"two"})"));
}

TEST_CASE("a pipe that nobody reads stops nobody, and what was dropped is told once it is read") {
  constexpr std::size_t logged_count = 5000;
  log_pipe pipe;
  std::optional<stderr_logger> log;
  log.emplace(pipe.settings());
  for (std::size_t i = 0; i < logged_count; ++i)
    log->log(log_level::info, "a line", {{"n", std::uint64_t{i}}});

  std::vector<std::string> lines;
  std::thread reader{[&] { lines = pipe.read_lines(); }};
  log.reset();
  pipe.write_end.reset();
  reader.join();

  std::size_t written_count = 0;
  std::size_t dropped_count = 0;
  for (const auto& line : lines) {
    if (contains(line, R"("message":"a line")")) {
      ++written_count;
    } else {
      REQUIRE(contains(line, R"("level":"warn","message":"log lines were dropped","count":)"));
      dropped_count += std::stoul(line.substr(line.rfind(':') + 1));
    }
  }
  CHECK(written_count > 0);
  CHECK(dropped_count > 0);
  CHECK(written_count + dropped_count == logged_count);
}

TEST_CASE("the end of the logger waits for a pipe that nobody reads only so long") {
  log_pipe pipe;
  auto settings = pipe.settings();
  settings.max_flush_wait = 1ms;
  {
    stderr_logger log{settings};
    for (int i = 0; i < 1000; ++i) log.log(log_level::info, "a line");
  }
  // Its thread still hangs in writing, so the pipe stays until the process ends.
  CHECK(pipe.read_end.release() >= 0);
  CHECK(pipe.write_end.release() >= 0);
}

TEST_CASE("a reader that has gone is no error and no signal") {
  log_pipe pipe;
  pipe.read_end.reset();
  stderr_logger log{pipe.settings()};
  log.log(log_level::info, "nobody hears this");
}

TEST_CASE("lines of many threads are written whole") {
  constexpr int thread_count = 4;
  constexpr int line_count = 20;
  log_pipe pipe;
  {
    auto settings = pipe.settings();
    settings.max_pending_bytes = 1024 * 1024;
    std::thread reader;
    std::vector<std::string> lines;
    {
      stderr_logger log{settings};
      reader = std::thread{[&] { lines = pipe.read_lines(); }};
      std::vector<std::thread> threads;
      for (int i = 0; i < thread_count; ++i)
        threads.emplace_back([&] {
          for (int n = 0; n < line_count; ++n)
            log.log(log_level::info, std::string(500, 'x'), {{"end", true}});
        });
      for (auto& thread : threads) thread.join();
    }
    pipe.write_end.reset();
    reader.join();
    CHECK(lines.size() == thread_count * line_count);
    for (const auto& line : lines) CHECK((line.starts_with("{") && line.ends_with("true}")));
  }
}
