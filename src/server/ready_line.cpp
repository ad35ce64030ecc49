#include "server/ready_line.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/version.hpp"
#include "console/files.hpp"
#include "server/quoted_text.hpp"

namespace sidewire::server {
namespace {

constexpr int max_write_wait_ms = 5000;

/// For a parent that made its pipe non-blocking, which then holds for our end too.
bool wait_until_writable(int fd) {
  pollfd interest{fd, POLLOUT, 0};
  return ::poll(&interest, 1, max_write_wait_ms) > 0;
}

void append_line(std::string& out, std::string_view label, std::string_view value) {
  constexpr std::size_t label_width = 12;
  out += "  ";
  out += label;
  out.append(label_width - label.size(), ' ');
  append_printable(out, value);
  out += '\n';
}

/// A browser sends what stands after # to nobody.
std::string console_link(const server_facts& facts) {
  return facts.url + '/' + (facts.token.empty() ? "" : "#token=" + facts.token);
}

}  // namespace

standard_output::standard_output() {
  // Where a parent closed one of the three, no socket must take its number later.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
  fd_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!fd_ || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw std::system_error{errno, std::generic_category(), "standard output"};
}

bool standard_output::is_terminal() const noexcept {
  return ::isatty(fd_.get()) == 1;
}

bool standard_output::write(std::string_view text) const noexcept {
  while (!text.empty()) {
    const ssize_t size = ::write(fd_.get(), text.data(), text.size());
    if (size < 0) {
      if (errno == EINTR || (errno == EAGAIN && wait_until_writable(fd_.get()))) continue;
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::string banner(const server_facts& facts, std::span<const net::endpoint> listening,
                   std::span<const log_source> logs) {
  std::string out = "sidewire " + std::string{base::version} + " is ready.\n\n";
  if (!facts.url.empty()) {
    append_line(out, "WebSocket", facts.ws);
    append_line(out, "HTTP", "POST " + facts.url + "/rpc");
    if (!facts.token.empty()) append_line(out, "token", facts.token);
    if (!console::files().empty()) append_line(out, "console", console_link(facts));
  }
  for (const auto& where : listening) append_line(out, "listens on", net::to_string(where));
  if (!facts.fingerprint.empty()) append_line(out, "certificate", facts.fingerprint);
  for (const auto& source : logs) append_line(out, "logs", source.name + "  " + source.path);
  out += "\nCtrl-C stops it.\n";
  return out;
}

}  // namespace sidewire::server
