#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <sidewire/awaitable.hpp>

namespace sidewire::rpc::test {

/// What a method of a test waits at until the test opens it. Counts who waits, and who was told
/// that waiting is over because the call is.
class gate {
 public:
  explicit gate(boost::asio::io_context& loop) : timer_{loop.get_executor()} {
    timer_.expires_at(timer::time_point::max());
  }

  void open() {
    is_open_ = true;
    timer_.cancel();
  }
  int waiting_count() const noexcept { return waiting_; }
  int told_count() const noexcept { return told_; }

  awaitable<void> pass() {
    if (is_open_) co_return;
    ++waiting_;
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(use_awaitable{}, woken));
    --waiting_;
    if (is_open_) co_return;
    ++told_;
    throw boost::system::system_error{woken};
  }

 private:
  using executor = boost::asio::io_context::executor_type;
  using use_awaitable = boost::asio::use_awaitable_t<executor>;
  using timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  timer timer_;
  bool is_open_ = false;
  int waiting_ = 0;
  int told_ = 0;
};

}  // namespace sidewire::rpc::test
