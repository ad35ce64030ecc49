#include "server/stdin_watch.hpp"

#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sidewire::server {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

/// Reads and discards what is there without waiting, where the kernel can do so for this kind of
/// file. Else after readiness, when only another reader of the same pipe could make it wait.
ssize_t discard_some(int input) {
  std::array<char, 4096> bytes;
  iovec where{bytes.data(), bytes.size()};
  const ssize_t size = ::preadv2(input, &where, 1, -1, RWF_NOWAIT);
  if (size >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ESPIPE)) return size;
  return ::read(input, bytes.data(), bytes.size());
}

}  // namespace

stdin_watch::stdin_watch(boost::asio::io_context& context, int input, std::function<void()> on_end)
    : input_{input}, on_end_{std::move(on_end)}, end_{context} {
  // Asio makes what it watches non-blocking, for everybody who shares it. An epoll descriptor of
  // our own, which is itself readable when the input is, keeps that away from the input.
  net::unique_fd epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll) fail("standard input cannot be watched");
  epoll_event interest{};
  interest.events = EPOLLIN;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, input, &interest) == 0) {
    watch_.emplace(context, std::move(epoll), [this] { readable(); });
  } else if (errno == EPERM) {
    // A file or /dev/null: no parent holds its other end, it is at its end as soon as it is read.
    end_.set(std::chrono::milliseconds{0}, [this] { end(); });
  } else {
    fail("standard input cannot be watched");
  }
}

void stdin_watch::stop() {
  if (watch_) watch_->stop();
  end_.cancel();
}

void stdin_watch::readable() {
  const ssize_t size = discard_some(input_);
  if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR))) return;
  end();
}

void stdin_watch::end() {
  stop();
  // Taken out first, since the call may destroy this.
  const auto call = std::move(on_end_);
  call();
}

}  // namespace sidewire::server
