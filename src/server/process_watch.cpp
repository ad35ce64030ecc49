#include "server/process_watch.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <system_error>

namespace sidewire::server {
namespace {

net::unique_fd open_process(pid_t process) {
  net::unique_fd fd{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};
  if (!fd)
    throw std::system_error{errno, std::generic_category(),
                            "process " + std::to_string(process) + " cannot be watched"};
  return fd;
}

}  // namespace

process_watch::process_watch(boost::asio::io_context& context, pid_t process,
                             std::function<void()> on_exit) {
  watch_.emplace(context, open_process(process), [this, call = std::move(on_exit)] {
    watch_->stop();
    call();
  });
}

}  // namespace sidewire::server
