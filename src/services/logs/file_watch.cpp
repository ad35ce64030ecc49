#include "services/logs/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>
#include <map>
#include <utility>

#include "services/waiting.hpp"

namespace sidewire::services::logs {
namespace {

using descriptor = boost::asio::posix::basic_stream_descriptor<executor_type>;

constexpr std::chrono::milliseconds blind_interval{250};
constexpr std::uint32_t directory_events =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
constexpr std::uint32_t written_events = IN_MODIFY;
constexpr std::uint32_t file_events = written_events | IN_MOVE_SELF | IN_ATTRIB | IN_DELETE_SELF;

}  // namespace

struct file_watch::state {
  explicit state(const executor_type& executor)
      : timer{executor}, events{executor}, inotify{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)} {
    if (inotify >= 0) events.assign(inotify);
  }

  /// Asks for the next readiness, which ends a wait. One at a time.
  static void listen(const std::shared_ptr<state>& self) {
    if (self->listening || !self->events.is_open()) return;
    self->listening = true;
    self->events.async_wait(descriptor::wait_read,
                            [self](const boost::system::error_code& problem) {
                              self->listening = false;
                              if (problem) return;
                              self->ready = true;
                              self->timer.cancel();
                            });
  }

  /// Takes all events that are there and says the most important one.
  watch_event take_events() {
    ready = false;
    watch_event seen = watch_event::timed_out;
    alignas(inotify_event) char bytes[4096];
    for (;;) {
      const ssize_t size = ::read(inotify, bytes, sizeof bytes);
      if (size <= 0) return seen;
      for (const char* at = bytes; at < bytes + size;) {
        const auto* const event = reinterpret_cast<const inotify_event*>(at);
        at += sizeof(inotify_event) + event->len;
        const bool only_written = (event->mask & ~written_events) == 0;
        if (!only_written) seen = watch_event::names;
        if (only_written && seen == watch_event::timed_out) seen = watch_event::written;
      }
    }
  }

  steady_timer timer;
  descriptor events;
  int inotify;
  bool listening = false;
  bool ready = false;
  std::map<int, int> watches;  // by the descriptor of the file
};

file_watch::file_watch(const executor_type& executor) : state_{std::make_shared<state>(executor)} {}
file_watch::~file_watch() {
  boost::system::error_code ignored;
  state_->events.close(ignored);
}

void file_watch::add_directory(const std::string& directory) {
  ::inotify_add_watch(state_->inotify, directory.c_str(), directory_events);
}

void file_watch::add(const log_file& file) {
  // By way of the descriptor, since the file's name may be another one by now.
  const std::string itself = "/proc/self/fd/" + std::to_string(file.descriptor());
  const int watch = ::inotify_add_watch(state_->inotify, itself.c_str(), file_events);
  if (watch >= 0) state_->watches[file.descriptor()] = watch;
}

void file_watch::remove(const log_file& file) {
  const auto found = state_->watches.find(file.descriptor());
  if (found == state_->watches.end()) return;
  const int watch = found->second;
  state_->watches.erase(found);
  // A file that was opened twice has one watch.
  const bool is_shared = std::ranges::any_of(
      state_->watches, [watch](const auto& other) { return other.second == watch; });
  if (!is_shared) ::inotify_rm_watch(state_->inotify, watch);
}

awaitable<watch_event> file_watch::wait(std::chrono::milliseconds at_most) {
  const std::shared_ptr<state> self = state_;
  state::listen(self);
  if (!self->ready) {
    const bool blind = !self->events.is_open();
    self->timer.expires_after(blind ? std::min(at_most, blind_interval) : at_most);
    boost::system::error_code outcome;
    co_await self->timer.async_wait(boost::asio::redirect_error(use_awaitable, outcome));
    if (outcome && !self->ready) throw boost::system::system_error{outcome};
  }
  co_return self->ready ? self->take_events() : watch_event::timed_out;
}

}  // namespace sidewire::services::logs
