#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "transports/net/stream.hpp"
#include "transports/net/unique_fd.hpp"

/// What the tests of streams and listeners share: real sockets on this machine, driven by hand.
namespace sidewire::net::testing {

/// Runs handlers until `done()`, which may act for the other side. The bound only keeps a failing
/// test from hanging.
template <class Predicate>
void run_until(boost::asio::io_context& context, Predicate done) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!done()) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    context.restart();
    context.run_one_for(std::chrono::milliseconds{1});
  }
}

/// Runs the handlers that are ready, and those that they make ready.
inline void run_ready(boost::asio::io_context& context) {
  context.restart();
  while (context.poll() != 0) context.restart();
}

struct socket_pair {
  unique_fd ours;
  unique_fd peer;
};

inline socket_pair make_socket_pair() {
  std::array<int, 2> fds{-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return {unique_fd{fds[0]}, unique_fd{fds[1]}};
}

/// Counts its calls and runs what the test wants at each.
class counting_user : public stream_user {
 public:
  void on_readable(std::shared_ptr<stream_user> self) override {
    ++readable_count;
    if (when_readable) when_readable(std::move(self));
  }
  void on_writable(std::shared_ptr<stream_user> self) override {
    ++writable_count;
    if (when_writable) when_writable(std::move(self));
  }

  int readable_count = 0;
  int writable_count = 0;
  std::function<void(std::shared_ptr<stream_user>)> when_readable;
  std::function<void(std::shared_ptr<stream_user>)> when_writable;
};

inline iovec as_iovec(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size()};
}

/// A directory of its own, gone at the end.
class scratch_directory {
 public:
  scratch_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sidewire-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Keeps the messages of what was logged.
class recording_logger : public base::logger {
 public:
  recording_logger() : logger{base::log_level::trace} {}
  std::vector<std::string> messages;

 private:
  void write(base::log_level, std::string_view message,
             std::initializer_list<base::log_field>) override {
    messages.emplace_back(message);
  }
};

}  // namespace sidewire::net::testing
