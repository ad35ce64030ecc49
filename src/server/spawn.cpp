#include "server/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace sidewire::server {
namespace {

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error{error, std::generic_category(), what};
}

struct pipe_ends {
  net::unique_fd read;
  net::unique_fd write;
};

pipe_ends make_pipe() {
  std::array<int, 2> fds{};
  check(::pipe2(fds.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
  pipe_ends ends{net::unique_fd{fds[0]}, net::unique_fd{fds[1]}};
  // Only our end: the child's stays blocking, as programs expect.
  check(::fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno, "pipe");
  return ends;
}

/// posix_spawn's two records, destroyed in any case.
struct spawn_settings {
  spawn_settings() {
    check(::posix_spawn_file_actions_init(&files), "spawn");
    check(::posix_spawnattr_init(&attributes), "spawn");
  }
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

void set_files(spawn_settings& settings, int standard_output, int standard_error) {
  auto* files = &settings.files;
  check(::posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0), "spawn");
  check(::posix_spawn_file_actions_adddup2(files, standard_output, STDOUT_FILENO), "spawn");
  check(::posix_spawn_file_actions_adddup2(files, standard_error, STDERR_FILENO), "spawn");
  check(::posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1), "spawn");
}

void set_signals_and_group(spawn_settings& settings) {
  auto* attributes = &settings.attributes;
  sigset_t all;
  sigset_t none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  check(::posix_spawnattr_setsigdefault(attributes, &all), "spawn");
  check(::posix_spawnattr_setsigmask(attributes, &none), "spawn");
  check(::posix_spawnattr_setpgroup(attributes, 0), "spawn");
  check(::posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK),
        "spawn");
}

/// A terminated array of pointers into `texts`, which exec(3) does not change.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

spawned_process spawn(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment) {
  pipe_ends output = make_pipe();
  pipe_ends error = make_pipe();
  spawn_settings settings;
  set_files(settings, output.write.get(), error.write.get());
  set_signals_and_group(settings);

  spawned_process process;
  check(
      ::posix_spawnp(&process.id, arguments.front().c_str(), &settings.files, &settings.attributes,
                     pointers_to(arguments).data(), pointers_to(environment).data()),
      "'" + arguments.front() + "' cannot be started");
  process.standard_output = std::move(output.read);
  process.standard_error = std::move(error.read);
  return process;
}

}  // namespace sidewire::server
