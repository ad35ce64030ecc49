#include "transports/net/socket_stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace sidewire::net {
namespace {

io_status status_of_errno() {
  return errno == EAGAIN || errno == EWOULDBLOCK ? io_status::would_block : io_status::failed;
}

}  // namespace

io_result socket_stream::read_some(std::span<char> into) {
  ssize_t count;
  do {
    count = ::recv(socket_.fd(), into.data(), into.size(), MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (std::cmp_less(count, into.size())) socket_.drained();
  if (count > 0) return {io_status::done, static_cast<std::size_t>(count)};
  return {count == 0 ? io_status::end : status_of_errno()};
}

io_result socket_stream::write_some(std::span<const iovec> buffers) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(buffers.data());  // sendmsg only reads it
  message.msg_iovlen = std::min<std::size_t>(buffers.size(), IOV_MAX);
  ssize_t count;
  do {
    // The kernel takes a single buffer faster as such.
    count = buffers.size() == 1
                ? ::send(socket_.fd(), buffers[0].iov_base, buffers[0].iov_len, flags)
                : ::sendmsg(socket_.fd(), &message, flags);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) return {io_status::done, static_cast<std::size_t>(count)};
  return {status_of_errno()};
}

}  // namespace sidewire::net
