#include "transports/net/readiness.hpp"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace sidewire::net {

readiness::readiness(boost::asio::io_context& context, unique_fd socket)
    : poller_{&poller::of(context)}, socket_{std::move(socket)} {
  poller_->enter(*this);
}

void readiness::wait_readable(std::shared_ptr<stream_user> user, direction what) {
  wait(readable_, std::move(user), what);
}

void readiness::wait_writable(std::shared_ptr<stream_user> user, direction what) {
  wait(writable_, std::move(user), what);
}

void readiness::post_readable(std::shared_ptr<stream_user> user) {
  has_input_ = true;
  wait_readable(std::move(user));
}

void readiness::wait(slot& slot, std::shared_ptr<stream_user> user, direction what) {
  slot.user = std::move(user);
  slot.needs = what;
  if (what == direction::write) {
    poller_->watch_writable(*this);
  } else if (has_input_) {
    poller_->deliver_soon(*this);
  }
}

readiness::due readiness::take_due(std::uint32_t events) {
  hung_up_ = hung_up_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  const bool can_read = hung_up_ || (events & EPOLLIN) != 0;
  const bool can_write = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  has_input_ = has_input_ || can_read;
  const auto take = [&](slot& slot) {
    const bool is_due = slot.needs == direction::read ? can_read : can_write;
    return is_due ? std::move(slot.user) : nullptr;
  };
  return {.reader = take(readable_), .writer = take(writable_)};
}

void readiness::shutdown_write() {
  ::shutdown(fd(), SHUT_WR);
}

void readiness::leave() noexcept {
  std::exchange(poller_, nullptr)->leave(*this);
  readable_.user.reset();
  writable_.user.reset();
}

bool readiness::enter(boost::asio::io_context& context) {
  // What has arrived meanwhile is told anew.
  has_input_ = hung_up_ = false;
  try {
    poller& target = poller::of(context);
    target.enter(*this);
    poller_ = &target;
    return true;
  } catch (const boost::system::system_error&) {
    socket_.reset();
    return false;
  }
}

void readiness::close() {
  if (!socket_) return;
  if (poller_ != nullptr) poller_->leave(*this);
  socket_.reset();
  if (!readable_.user && !writable_.user) return;
  boost::asio::post(poller_->runs_on(),
                    [reader = std::move(readable_.user), writer = std::move(writable_.user)] {});
}

}  // namespace sidewire::net
