#include "server/child_output.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace sidewire::server {
namespace {

/// Of 4 KiB each, 64 KiB in all: what a pipe holds. A child that prints without end leaves others
/// their turn.
constexpr int max_reads_a_turn = 16;

}  // namespace

child_output::child_output(boost::asio::io_context& context, net::unique_fd pipe,
                           std::function<void(std::string_view)> on_line)
    : fd_{pipe.get()}, lines_{std::move(on_line)}, watch_{context, std::move(pipe), [this] {
                                                            read_some();
                                                          }} {}

void child_output::finish() {
  read_some();
  if (fd_ >= 0) end();
}

void child_output::read_some() {
  std::array<char, 4096> bytes;
  for (int i = 0; i < max_reads_a_turn && fd_ >= 0; ++i) {
    const ssize_t size = ::read(fd_, bytes.data(), bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size > 0) {
      lines_.feed({bytes.data(), static_cast<std::size_t>(size)});
    } else {
      end();
    }
  }
}

void child_output::end() {
  fd_ = -1;
  lines_.finish();
  watch_.stop();
}

}  // namespace sidewire::server
