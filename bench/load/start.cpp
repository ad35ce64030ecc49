// From starting the server's command to its ready line, and its resident memory when it has been
// ready for a moment without a connection. The clock starts before the fork and stops when the
// first line has come whole; loading and linking the program are in it. Many starts, one after
// another, so the files are in the page cache: a cold disk is not measured.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "load/scenarios.hpp"
#include "load/server_process.hpp"

namespace sidewire::bench {
namespace {

constexpr std::chrono::milliseconds settling{50};

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

/// What the child does between fork and exec: only async-signal-safe calls.
[[noreturn]] void become_server(char* const* command, int output, int core) {
  if (core >= 0) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(static_cast<std::size_t>(core), &cores);
    sched_setaffinity(0, sizeof cores, &cores);
  }
  dup2(output, STDOUT_FILENO);
  if (const int null = open("/dev/null", O_WRONLY); null >= 0) dup2(null, STDERR_FILENO);
  execv(command[0], command);
  _exit(127);
}

struct started {
  double ready_ms;
  std::size_t resident_bytes;
};

void wait_for_line(int input) {
  char bytes[4096];
  for (;;) {
    const ssize_t count = read(input, bytes, sizeof bytes);
    if (count <= 0) throw std::runtime_error{"the command ended without a ready line"};
    if (std::find(bytes, bytes + count, '\n') != bytes + count) return;
  }
}

started start_once(char* const* command, int core) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  const std::uint64_t began = now_nanoseconds();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) become_server(command, ends[1], core);
  close(ends[1]);
  wait_for_line(ends[0]);
  const std::uint64_t ready = now_nanoseconds();
  std::this_thread::sleep_for(settling);
  const std::size_t resident = server_process{pid, {}}.resident_bytes();
  kill(pid, SIGTERM);
  waitpid(pid, nullptr, 0);
  close(ends[0]);
  return {static_cast<double>(ready - began) / 1e6, resident};
}

}  // namespace

report measure_start(const options& wanted) {
  std::vector<std::string> words = wanted.command;
  std::vector<char*> command;
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);

  std::vector<double> ready_ms;
  std::size_t resident = 0;
  for (std::size_t i = 0; i < wanted.times; ++i) {
    const started once = start_once(command.data(), wanted.server_core);
    ready_ms.push_back(once.ready_ms);
    resident = std::max(resident, once.resident_bytes);
  }
  std::sort(ready_ms.begin(), ready_ms.end());
  report result;
  result.add("starts", ready_ms.size())
      .add("readyMs", ready_ms[ready_ms.size() / 2])
      .add("readyMsBest", ready_ms.front())
      .add("readyMsWorst", ready_ms.back())
      .add("residentBytes", resident);
  return result;
}

}  // namespace sidewire::bench
