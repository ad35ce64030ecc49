#include "transports/net/poller.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

#include "transports/net/readiness.hpp"

namespace sidewire::net {
namespace {

constexpr std::uint32_t read_events = EPOLLIN | EPOLLRDHUP | EPOLLET;

[[noreturn]] void fail_with_errno() {
  throw boost::system::system_error{
      boost::system::error_code{errno, boost::asio::error::get_system_category()}};
}

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) fail_with_errno();
  return set;
}

}  // namespace

poller::poller(boost::asio::io_context& owner)
    : boost::asio::io_context::service{owner},
      runs_on_{owner.get_executor()},
      set_{runs_on_, make_set()} {
  wait();
}

void poller::enter(readiness& socket) {
  control(EPOLL_CTL_ADD, socket, read_events);
  socket.index_ = entered_.size();
  entered_.push_back(&socket);
}

void poller::leave(readiness& socket) noexcept {
  // Explicitly, since a child that is just being started may hold the socket open.
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket.fd(), nullptr);
  entered_[socket.index_] = entered_.back();
  entered_[socket.index_]->index_ = socket.index_;
  entered_.pop_back();
  forget(delivering_, socket);
  forget(delivering_known_, socket);
  forget(known_, socket);
}

void poller::watch_writable(readiness& socket) {
  control(EPOLL_CTL_MOD, socket, read_events | EPOLLOUT);
}

void poller::deliver_soon(readiness& socket) {
  known_.push_back({.events = EPOLLIN, .data = {.ptr = &socket}});
  if (known_.size() == 1) boost::asio::post(runs_on_, [this] { deliver_known(); });
}

void poller::shutdown() {
  std::vector<std::shared_ptr<stream_user>> let_go;
  for (readiness* each : entered_) {
    let_go.push_back(std::move(each->readable_.user));
    let_go.push_back(std::move(each->writable_.user));
  }
}

void poller::wait() {
  set_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                  [this](const boost::system::error_code& error) {
                    if (!error) deliver_ready();
                  });
}

std::span<epoll_event> poller::take_ready() {
  // A lone socket that waits to be read must be the one, so that a lone client's turn is shorter by
  // a call to the kernel. Where that was wrong its read says so.
  if (entered_.size() == 1 && entered_.front()->only_waits_to_read()) {
    ready_[0] = {.events = EPOLLIN, .data = {.ptr = entered_.front()}};
    return std::span{ready_}.first(1);
  }
  const int count = ::epoll_wait(set_.native_handle(), ready_.data(), max_events_per_turn, 0);
  return std::span{ready_}.first(count < 0 ? 0 : static_cast<std::size_t>(count));
}

void poller::deliver_ready() {
  delivering_ = take_ready();
  for (epoll_event& each : delivering_) deliver(each);
  delivering_ = {};
  wait();
}

void poller::deliver_known() {
  delivering_known_.swap(known_);
  for (epoll_event& each : delivering_known_) deliver(each);
  delivering_known_.clear();
}

void poller::deliver(epoll_event& event) {
  if (event.data.ptr == nullptr) return;
  auto [reader, writer] = static_cast<readiness*>(event.data.ptr)->take_due(event.events);
  if (reader) {
    stream_user& user = *reader;
    user.on_readable(std::move(reader));
  }
  // The first may have closed the stream, which silences the second.
  if (writer && event.data.ptr != nullptr) {
    stream_user& user = *writer;
    user.on_writable(std::move(writer));
  }
}

void poller::control(int operation, readiness& socket, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &socket}};
  if (::epoll_ctl(set_.native_handle(), operation, socket.fd(), &event) != 0) fail_with_errno();
}

void poller::forget(std::span<epoll_event> events, const readiness& socket) noexcept {
  for (epoll_event& each : events) {
    if (each.data.ptr == &socket) each.data.ptr = nullptr;
  }
}

}  // namespace sidewire::net
