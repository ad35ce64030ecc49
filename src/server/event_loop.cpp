#include "server/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace sidewire::server {

class readable_watch::waiting : public std::enable_shared_from_this<waiting> {
 public:
  waiting(boost::asio::io_context& context, net::unique_fd fd, std::function<void()> on_readable)
      : descriptor_{context}, on_readable_{std::move(on_readable)} {
    descriptor_.assign(fd.get());
    fd.release();
  }

  void wait() {
    descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](boost::system::error_code failed) {
                             if (!failed) self->readable();
                           });
  }

  void stop() {
    on_readable_ = nullptr;
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void readable() {
    // A copy, since the callback may let go of itself by stopping the watch.
    if (const auto call = on_readable_) call();
    if (on_readable_) wait();
  }

  boost::asio::posix::stream_descriptor descriptor_;
  std::function<void()> on_readable_;
};

readable_watch::readable_watch(boost::asio::io_context& context, net::unique_fd fd,
                               std::function<void()> on_readable)
    : waiting_{std::make_shared<waiting>(context, std::move(fd), std::move(on_readable))} {
  waiting_->wait();
}

readable_watch::~readable_watch() {
  stop();
}

void readable_watch::stop() {
  waiting_->stop();
}

class delayed_call::waiting : public std::enable_shared_from_this<waiting> {
 public:
  explicit waiting(boost::asio::io_context& context) : timer_{context} {}

  void set(std::chrono::milliseconds delay, std::function<void()> call) {
    call_ = std::move(call);
    ++turn_;
    timer_.expires_after(delay);
    timer_.async_wait([self = shared_from_this(), turn = turn_](boost::system::error_code failed) {
      // A newer setting may have come when this was already on its way.
      if (failed || turn != self->turn_) return;
      if (const auto call = std::exchange(self->call_, nullptr)) call();
    });
  }

  void cancel() {
    call_ = nullptr;
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  std::function<void()> call_;
  std::uint64_t turn_ = 0;
};

delayed_call::delayed_call(boost::asio::io_context& context)
    : waiting_{std::make_shared<waiting>(context)} {}

delayed_call::~delayed_call() {
  cancel();
}

void delayed_call::set(std::chrono::milliseconds delay, std::function<void()> call) {
  waiting_->set(delay, std::move(call));
}

void delayed_call::cancel() {
  waiting_->cancel();
}

}  // namespace sidewire::server
