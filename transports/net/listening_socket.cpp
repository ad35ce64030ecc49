#include "transports/net/listening_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "transports/net/peer_address.hpp"

namespace sidewire::net {
namespace {

// How often another port is tried when the system's choice for IPv4 is taken for IPv6.
constexpr int max_port_choices = 64;

[[noreturn]] void fail(const endpoint& where, const std::string& problem) {
  throw std::runtime_error{"cannot listen on " + to_string(where) + ": " + problem};
}

[[noreturn]] void fail_with_errno(const endpoint& where) {
  fail(where, std::generic_category().message(errno));
}

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

socket_address make_address(const tcp_endpoint& where) {
  socket_address address;
  if (sockaddr_in v4{}; ::inet_pton(AF_INET, where.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(where.port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
  } else if (sockaddr_in6 v6{}; ::inet_pton(AF_INET6, where.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(where.port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
  } else {
    fail(where, "expected a numeric IPv4 or IPv6 address");
  }
  return address;
}

socket_address make_address(const unix_endpoint& where) {
  sockaddr_un name{};
  if (where.path.size() >= sizeof name.sun_path) fail(where, "the path is too long");
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, where.path.data(), where.path.size());
  socket_address address;
  std::memcpy(&address.storage, &name, sizeof name);
  address.size = sizeof name;
  return address;
}

socket_address address_of(int fd) {
  socket_address address;
  address.size = sizeof address.storage;
  ::getsockname(fd, address.get(), &address.size);
  return address;
}

std::uint16_t port_of(int fd) {
  return make_peer_address(address_of(fd).storage).port;
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

void switch_on(int fd, int level, int option, int value = 1) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

unique_fd open_socket(int family) {
  return unique_fd{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
}

/// Empty, with errno, where the socket cannot be had.
unique_fd listen_tcp(const tcp_endpoint& where) {
  socket_address address = make_address(where);
  unique_fd socket = open_socket(address.family());
  if (!socket) return socket;
  switch_on(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  // `::` takes IPv4 clients too, whatever the machine's default.
  if (address.family() == AF_INET6) switch_on(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address.get(), address.size) != 0) socket.reset();
  if (socket && ::listen(socket.get(), SOMAXCONN) != 0) socket.reset();
  return socket;
}

listening_sockets open(const tcp_endpoint& where) {
  listening_sockets opened;
  unique_fd socket = listen_tcp(where);
  if (!socket) fail_with_errno(where);
  opened.bound = tcp_endpoint{where.address, port_of(socket.get())};
  opened.sockets.push_back(std::move(socket));
  return opened;
}

bool lacks_ipv6(int error) {
  return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

listening_sockets open(const loopback_endpoint& where) {
  for (int choice = 1;; ++choice) {
    unique_fd v4 = listen_tcp({"127.0.0.1", where.port});
    if (!v4) fail_with_errno(where);
    const std::uint16_t port = port_of(v4.get());
    unique_fd v6 = listen_tcp({"::1", port});
    if (!v6 && !lacks_ipv6(errno)) {
      const bool may_choose_again = where.port == 0 && errno == EADDRINUSE;
      if (!may_choose_again || choice == max_port_choices) fail_with_errno(where);
      continue;
    }
    listening_sockets opened;
    opened.bound = loopback_endpoint{port};
    opened.sockets.push_back(std::move(v4));
    if (v6) opened.sockets.push_back(std::move(v6));
    return opened;
  }
}

/// Makes way at the path: a socket that refuses connections was left behind by a process that
/// ended. Anything else belongs to somebody.
void remove_stale_socket(const unix_endpoint& where) {
  struct stat status {};
  if (::lstat(where.path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    fail_with_errno(where);
  }
  if (!S_ISSOCK(status.st_mode)) fail(where, "a file that is not a socket is in its place");
  const unique_fd probe = open_socket(AF_UNIX);
  if (!probe) fail_with_errno(where);
  socket_address address = make_address(where);
  if (::connect(probe.get(), address.get(), address.size) == 0 || errno == EAGAIN) {
    fail(where, "another process listens there");
  }
  if (errno != ECONNREFUSED) fail_with_errno(where);
  if (::unlink(where.path.c_str()) != 0 && errno != ENOENT) fail_with_errno(where);
}

listening_sockets open(const unix_endpoint& where) {
  listening_sockets opened;
  unique_fd socket = open_socket(AF_UNIX);
  if (!socket) fail_with_errno(where);
  // Linux makes the file with the mode of the socket, so that it is never open to others.
  if (::fchmod(socket.get(), S_IRUSR | S_IWUSR) != 0) fail_with_errno(where);
  remove_stale_socket(where);
  socket_address address = make_address(where);
  if (::bind(socket.get(), address.get(), address.size) != 0) fail_with_errno(where);
  opened.file = socket_file{where.path};
  if (::listen(socket.get(), SOMAXCONN) != 0) fail_with_errno(where);
  opened.bound = where;
  opened.sockets.push_back(std::move(socket));
  return opened;
}

endpoint endpoint_of(int fd) {
  const socket_address address = address_of(fd);
  if (address.family() == AF_UNIX) {
    sockaddr_un name{};
    std::memcpy(&name, &address.storage, sizeof name);
    return unix_endpoint{name.sun_path};
  }
  return parse_endpoint(to_string(make_peer_address(address.storage)));
}

listening_sockets open(const inherited_endpoint& where) {
  struct stat status {};
  if (::fstat(where.fd, &status) != 0) fail(where, "no such descriptor was inherited");
  if (!S_ISSOCK(status.st_mode)) fail(where, "the descriptor is not a socket");
  const int family = option_of(where.fd, SO_DOMAIN);
  const bool is_known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  if (!is_known || option_of(where.fd, SO_TYPE) != SOCK_STREAM) {
    fail(where, "expected a TCP or Unix stream socket");
  }
  if (option_of(where.fd, SO_ACCEPTCONN) != 1) fail(where, "the socket does not listen");
  ::fcntl(where.fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(where.fd, F_SETFL, ::fcntl(where.fd, F_GETFL) | O_NONBLOCK);
  listening_sockets opened;
  opened.bound = endpoint_of(where.fd);
  opened.sockets.emplace_back(where.fd);
  return opened;
}

}  // namespace

socket_file::socket_file(std::string path) : path_{std::move(path)} {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) {
    path_.clear();
    return;
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

socket_file::~socket_file() {
  if (path_.empty()) return;
  struct stat status {};
  const bool is_own =
      ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (is_own) ::unlink(path_.c_str());
}

void socket_file::swap(socket_file& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
}

listening_sockets open_listening_sockets(const endpoint& where) {
  return std::visit([](const auto& each) { return open(each); }, where);
}

}  // namespace sidewire::net
