#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace sidewire::cli {

/// Ctrl-C and SIGTERM: the first one asks for a stop, which cancels the call that runs; the second,
/// or one while nothing can be cancelled, ends the program at once with 130. Made in main before
/// any other thread, which must not take these signals.
class interrupt {
 public:
  interrupt();
  ~interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  /// The program's own wish to stop, as when nobody reads its output any more.
  void request_stop() { stop_.request_stop(); }
  bool was_requested() const { return stop_.stop_requested(); }

  /// While one lives, the first signal does not end the program.
  class cancellable {
   public:
    explicit cancellable(interrupt& owner) : owner_{owner} { owner_.cancellable_ = true; }
    ~cancellable() { owner_.cancellable_ = false; }
    cancellable(const cancellable&) = delete;
    cancellable& operator=(const cancellable&) = delete;

   private:
    interrupt& owner_;
  };

 private:
  void watch();

  sigset_t signals_{};
  std::stop_source stop_;
  std::atomic<bool> cancellable_ = false;
  std::atomic<bool> finished_ = false;
  std::thread watcher_;
};

}  // namespace sidewire::cli
