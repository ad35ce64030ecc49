#include "transports/net/readiness.hpp"

#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace sidewire::net {

using boost::asio::posix::descriptor_base;

/// One wait, as Asio's handler. It keeps its slot informed of where it lies, so that a stream which
/// closes also silences a wait whose completion is already queued.
class wait_handler {
 public:
  using callback = void (stream_user::*)(std::shared_ptr<stream_user>);

  wait_handler(readiness::slot& slot, callback notify, std::shared_ptr<stream_user> user) noexcept
      : slot_{&slot}, notify_{notify}, user_{std::move(user)} {
    slot_->pending = this;
  }
  wait_handler(wait_handler&& other) noexcept
      : slot_{std::exchange(other.slot_, nullptr)},
        notify_{other.notify_},
        user_{std::move(other.user_)} {
    if (slot_ != nullptr) slot_->pending = this;
  }
  wait_handler& operator=(wait_handler&&) = delete;
  ~wait_handler() { detach(); }

  /// An error of the wait itself is for the stream's next read or write to find.
  void operator()(const boost::system::error_code& error = {}) {
    if (slot_ == nullptr || error == boost::asio::error::operation_aborted) return;
    detach();
    stream_user& user = *user_;
    (user.*notify_)(std::move(user_));
  }

  void detach() noexcept {
    if (slot_ != nullptr) std::exchange(slot_, nullptr)->pending = nullptr;
  }

 private:
  readiness::slot* slot_;
  callback notify_;
  std::shared_ptr<stream_user> user_;
};

namespace {

descriptor_base::wait_type wait_type_of(readiness::direction what) {
  return what == readiness::direction::read ? descriptor_base::wait_read
                                            : descriptor_base::wait_write;
}

}  // namespace

readiness::readiness(boost::asio::io_context& context, unique_fd socket) : descriptor_{context} {
  descriptor_.assign(socket.get());
  socket.release();
}

void readiness::wait_readable(std::shared_ptr<stream_user> user, direction what) {
  descriptor_.async_wait(wait_type_of(what),
                         wait_handler{readable_, &stream_user::on_readable, std::move(user)});
}

void readiness::wait_writable(std::shared_ptr<stream_user> user, direction what) {
  descriptor_.async_wait(wait_type_of(what),
                         wait_handler{writable_, &stream_user::on_writable, std::move(user)});
}

void readiness::post_readable(std::shared_ptr<stream_user> user) {
  boost::asio::post(descriptor_.get_executor(),
                    wait_handler{readable_, &stream_user::on_readable, std::move(user)});
}

void readiness::shutdown_write() {
  ::shutdown(fd(), SHUT_WR);
}

void readiness::close() {
  for (slot* each : {&readable_, &writable_}) {
    if (each->pending != nullptr) each->pending->detach();
  }
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace sidewire::net
