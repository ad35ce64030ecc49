#include "load/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sidewire::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

sockaddr_in loopback(std::uint16_t port, std::uint32_t offset) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + offset);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

socket::socket(std::uint16_t port, std::uint32_t source)
    : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  if (descriptor_ < 0) fail("socket");
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const sockaddr_in from = loopback(0, source);
  const sockaddr_in to = loopback(port, 0);
  if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) fail("bind");
  if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    fail("connect");
  }
}

socket::~socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

void socket::set_non_blocking() {
  if (fcntl(descriptor_, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

void socket::shut_down() {
  shutdown(descriptor_, SHUT_WR);
}

std::size_t socket::send_some(std::string_view bytes, pushing when) {
  const int flags = when == pushing::later ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL;
  const ssize_t count = send(descriptor_, bytes.data(), bytes.size(), flags);
  if (count < 0 && errno != EAGAIN) fail("send");
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

void socket::send_all(std::string_view bytes) {
  while (!bytes.empty()) bytes.remove_prefix(send_some(bytes));
}

socket::received socket::receive_some(std::span<char> into) {
  const ssize_t count = recv(descriptor_, into.data(), into.size(), 0);
  if (count < 0 && errno != EAGAIN) fail("recv");
  return {count < 0 ? 0 : static_cast<std::size_t>(count), count == 0};
}

}  // namespace sidewire::bench
