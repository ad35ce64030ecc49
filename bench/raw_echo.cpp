// A TCP echo and nothing else: one thread, level-triggered epoll, reads of 64 KiB, one write for
// each, TCP_NODELAY. What the kernel alone costs, and so the limit that the other contestants are
// compared with. `bench-raw-echo [--port N]`; the ready line on standard output names the port.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <unordered_map>

namespace {

constexpr std::size_t read_bytes = 64 * 1024;
constexpr int backlog = 4096;

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

int listen_on_loopback(std::uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) fail("socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("bind");
  }
  if (listen(listener, backlog) != 0) fail("listen");
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

class echo_server {
 public:
  explicit echo_server(int listener) : listener_{listener}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
    if (epoll_ < 0) fail("epoll_create1");
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      if (count < 0 && errno != EINTR) fail("epoll_wait");
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_) {
          accept_all();
        } else if ((event.events & EPOLLOUT) != 0) {
          write_unsent(event.data.fd);
        } else {
          echo(event.data.fd);
        }
      }
    }
  }

 private:
  void watch(int descriptor, std::uint32_t interest, int operation) {
    epoll_event event{.events = interest, .data = {.fd = descriptor}};
    if (epoll_ctl(epoll_, operation, descriptor, &event) != 0) fail("epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int accepted = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted < 0) return;
      const int on = 1;
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(accepted, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void echo(int descriptor) {
    const ssize_t count = read(descriptor, buffer_.data(), buffer_.size());
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return drop(descriptor);
    send_or_keep(descriptor, {buffer_.data(), static_cast<std::size_t>(count)});
  }

  void write_unsent(int descriptor) {
    const std::string bytes = std::move(unsent_.at(descriptor));
    unsent_.erase(descriptor);
    watch(descriptor, EPOLLIN, EPOLL_CTL_MOD);
    send_or_keep(descriptor, bytes);
  }

  /// What the socket refuses is kept, and nothing is read from it until that has gone.
  void send_or_keep(int descriptor, std::string_view bytes) {
    const ssize_t written = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN) return drop(descriptor);
    const std::size_t sent = written < 0 ? 0 : static_cast<std::size_t>(written);
    if (sent == bytes.size()) return;
    unsent_.emplace(descriptor, bytes.substr(sent));
    watch(descriptor, EPOLLOUT, EPOLL_CTL_MOD);
  }

  void drop(int descriptor) {
    unsent_.erase(descriptor);
    close(descriptor);
  }

  int listener_;
  int epoll_;
  std::array<char, read_bytes> buffer_;
  std::unordered_map<int, std::string> unsent_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    const bool named = argc == 3 && std::strcmp(argv[1], "--port") == 0;
    const auto port = static_cast<std::uint16_t>(named ? std::strtoul(argv[2], nullptr, 10) : 0);
    const int listener = listen_on_loopback(port);
    echo_server server{listener};
    std::printf("{\"event\":\"ready\",\"pid\":%d,\"port\":%u}\n", getpid(), port_of(listener));
    std::fflush(stdout);
    server.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-raw-echo: %s\n", error.what());
    return 1;
  }
}
