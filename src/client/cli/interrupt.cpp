#include "client/cli/interrupt.hpp"

#include <unistd.h>

#include "client/cli/exit_code.hpp"

namespace sidewire::cli {

interrupt::interrupt() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  watcher_ = std::thread{[this] { watch(); }};
}

interrupt::~interrupt() {
  finished_ = true;
  pthread_kill(watcher_.native_handle(), SIGTERM);
  watcher_.join();
}

void interrupt::watch() {
  int signal = 0;
  while (sigwait(&signals_, &signal) == 0 && !finished_) {
    if (!cancellable_ || stop_.stop_requested()) _exit(static_cast<int>(exit_code::interrupted));
    stop_.request_stop();
  }
}

}  // namespace sidewire::cli
