#pragma once

#include <csignal>

namespace sidewire::client {

/// Keeps the calling thread out of the program's signal handling: a library's threads must not run
/// an application's handlers, nor end it by SIGPIPE when a peer has gone.
inline void block_signals_of_this_thread() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace sidewire::client
