#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <system_error>

#include "server/idle_exit.hpp"
#include "server/process_watch.hpp"
#include "server/stdin_watch.hpp"

using namespace sidewire::server;
using namespace std::chrono_literals;
using sidewire::net::unique_fd;

namespace {

/// A child that waits for its end.
class waiting_child {
 public:
  waiting_child() : id_{::fork()} {
    if (id_ == 0) {
      for (;;) ::pause();
    }
  }
  ~waiting_child() { kill_and_reap(); }
  pid_t id() const { return id_; }
  void kill_and_reap() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }

 private:
  pid_t id_;
};

std::array<unique_fd, 2> make_pipe() {
  std::array<int, 2> fds{};
  REQUIRE(::pipe(fds.data()) == 0);
  return {unique_fd{fds[0]}, unique_fd{fds[1]}};
}

}  // namespace

TEST_CASE("a process watch tells once that a process was killed") {
  boost::asio::io_context context;
  waiting_child child;
  int exit_count = 0;
  process_watch watch{context, child.id(), [&] { ++exit_count; }};
  CHECK(context.poll() == 0);
  child.kill_and_reap();
  context.run();
  CHECK(exit_count == 1);
}

TEST_CASE("a process watch may be destroyed by its own call") {
  boost::asio::io_context context;
  waiting_child child;
  std::optional<process_watch> watch;
  watch.emplace(context, child.id(), [&] { watch.reset(); });
  child.kill_and_reap();
  context.run();
  CHECK_FALSE(watch);
}

TEST_CASE("a stopped process watch tells nothing") {
  boost::asio::io_context context;
  waiting_child child;
  int exit_count = 0;
  process_watch watch{context, child.id(), [&] { ++exit_count; }};
  watch.stop();
  child.kill_and_reap();
  context.run();
  CHECK(exit_count == 0);
}

TEST_CASE("watching a process that does not exist is an error that names it") {
  boost::asio::io_context context;
  waiting_child child;
  const pid_t gone = child.id();
  child.kill_and_reap();
  CHECK_THROWS_WITH_AS((process_watch{context, gone, [] {}}),
                       doctest::Contains(std::to_string(gone).c_str()), std::system_error);
}

TEST_CASE("the end of standard input is told once, whatever came before") {
  boost::asio::io_context context;
  auto [read_end, write_end] = make_pipe();
  int end_count = 0;
  stdin_watch watch{context, read_end.get(), [&] { ++end_count; }};
  const std::string noise(20'000, 'x');
  REQUIRE(::write(write_end.get(), noise.data(), noise.size()) == 20'000);
  context.poll();
  CHECK(end_count == 0);
  write_end.reset();
  context.run();
  CHECK(end_count == 1);
}

TEST_CASE("the end of a socket as standard input is told") {
  boost::asio::io_context context;
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
  unique_fd near{fds[0]};
  unique_fd far{fds[1]};
  int end_count = 0;
  stdin_watch watch{context, near.get(), [&] { ++end_count; }};
  CHECK(context.poll() == 0);
  far.reset();
  context.run();
  CHECK(end_count == 1);
}

TEST_CASE("a file as standard input has ended already") {
  boost::asio::io_context context;
  unique_fd null{::open("/dev/null", O_RDONLY)};
  int end_count = 0;
  stdin_watch watch{context, null.get(), [&] { ++end_count; }};
  CHECK(end_count == 0);
  context.run();
  CHECK(end_count == 1);
}

TEST_CASE("watching standard input leaves it blocking for those who share it") {
  boost::asio::io_context context;
  auto [read_end, write_end] = make_pipe();
  stdin_watch watch{context, read_end.get(), [] {}};
  REQUIRE(::write(write_end.get(), "x", 1) == 1);
  context.poll();
  CHECK((::fcntl(read_end.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a stopped watch of standard input tells nothing") {
  boost::asio::io_context context;
  auto [read_end, write_end] = make_pipe();
  int end_count = 0;
  stdin_watch watch{context, read_end.get(), [&] { ++end_count; }};
  watch.stop();
  write_end.reset();
  context.run();
  CHECK(end_count == 0);
}

TEST_CASE("an idle server ends when nobody was connected for the whole of the time") {
  const idle_exit::time_point start{};
  idle_exit idle{10s, start};
  CHECK(idle.deadline() == start + 10s);
  CHECK_FALSE(idle.is_due(start + 9999ms));
  CHECK(idle.is_due(start + 10s));

  idle.connections_changed(1, start + 5s);
  CHECK_FALSE(idle.deadline());
  CHECK_FALSE(idle.is_due(start + 100s));
  idle.connections_changed(2, start + 6s);
  idle.connections_changed(0, start + 100s);
  CHECK(idle.deadline() == start + 110s);
  idle.connections_changed(0, start + 105s);
  CHECK(idle.deadline() == start + 110s);
}

TEST_CASE("without a time an idle server never ends") {
  idle_exit idle{0s, {}};
  CHECK_FALSE(idle.deadline());
  CHECK_FALSE(idle.is_due(idle_exit::time_point{} + 1000h));
}
