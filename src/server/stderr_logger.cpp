#include "server/stderr_logger.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace sidewire::server {
namespace {

/// A write of up to so many bytes (PIPE_BUF) into a pipe is not torn apart by others' writes.
constexpr std::size_t max_atomic_bytes = 4096;

/// The whole lines at the front of `text` that are written together: as many as stay in one piece.
std::string_view next_lines(std::string_view text) {
  if (text.size() <= max_atomic_bytes) return text;
  std::size_t end = text.rfind('\n', max_atomic_bytes - 1);
  if (end == text.npos) end = text.find('\n');
  return text.substr(0, end == text.npos ? text.size() : end + 1);
}

/// Writes and waits as long as it takes; what the reader's end makes impossible is lost.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size > 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (size < 0 && errno == EAGAIN) {
      // Somebody who shares the descriptor made it non-blocking.
      pollfd interest{fd, POLLOUT, 0};
      ::poll(&interest, 1, -1);
    } else if (size < 0 && errno != EINTR) {
      return;
    }
  }
}

/// A thread that is started within has every signal blocked: they are for the others, and writing
/// to a closed pipe is then an error instead of the end.
class all_signals_blocked {
 public:
  all_signals_blocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  all_signals_blocked(const all_signals_blocked&) = delete;
  all_signals_blocked& operator=(const all_signals_blocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

/// The queue between those who log and the thread that writes.
class stderr_logger::writer {
 public:
  explicit writer(const settings& chosen)
      : fd_{chosen.fd}, style_{chosen.style}, max_pending_bytes_{chosen.max_pending_bytes} {}

  void add(std::string_view line) {
    {
      const std::lock_guard lock{mutex_};
      if (pending_.size() + line.size() > max_pending_bytes_) {
        ++dropped_count_;
        return;
      }
      pending_ += line;
    }
    work_.notify_one();
  }

  /// The thread.
  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      work_.wait(lock, [this] { return !pending_.empty() || is_closing_; });
      if (pending_.empty()) break;
      const std::string text = take_pending();
      lock.unlock();
      for (std::string_view rest = text; !rest.empty();) {
        const auto lines = next_lines(rest);
        write_all(fd_, lines);
        rest.remove_prefix(lines.size());
      }
      lock.lock();
    }
    is_done_ = true;
    done_.notify_all();
  }

  /// Lets the thread end once everything is written; whether it did in time.
  bool close(std::chrono::milliseconds max_wait) {
    std::unique_lock lock{mutex_};
    is_closing_ = true;
    work_.notify_one();
    return done_.wait_for(lock, max_wait, [this] { return is_done_; });
  }

 private:
  /// What waits, and after it how much is missing there. Locked.
  std::string take_pending() {
    if (dropped_count_ > 0) {
      append_log_line(pending_, style_, std::chrono::system_clock::now(), base::log_level::warn,
                      "log lines were dropped", {{"count", std::exchange(dropped_count_, 0)}});
    }
    return std::exchange(pending_, {});
  }

  const int fd_;
  const log_style style_;
  const std::size_t max_pending_bytes_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::string pending_;
  std::uint64_t dropped_count_ = 0;
  bool is_closing_ = false;
  bool is_done_ = false;
};

stderr_logger::stderr_logger(const settings& chosen)
    : logger{chosen.level},
      style_{chosen.style},
      max_flush_wait_{chosen.max_flush_wait},
      writer_{std::make_shared<writer>(chosen)} {
  const all_signals_blocked blocked;
  std::thread{[shared = writer_] { shared->run(); }}.detach();
}

stderr_logger::~stderr_logger() {
  writer_->close(max_flush_wait_);
}

void stderr_logger::write(base::log_level level, std::string_view message,
                          std::initializer_list<base::log_field> fields) {
  std::string line;
  append_log_line(line, style_, std::chrono::system_clock::now(), level, message, fields);
  writer_->add(line);
}

}  // namespace sidewire::server
