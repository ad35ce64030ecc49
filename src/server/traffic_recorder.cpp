#include "server/traffic_recorder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/version.hpp"
#include "server/timestamp.hpp"

namespace sidewire::server {

namespace {

/// What a message takes beside its text while it waits.
constexpr std::size_t message_overhead_bytes = 128;

/// A line about the recording itself; `more`: the members that it has alone, and a comma.
std::string event_line(std::string_view event, const std::string& more) {
  return "{\"event\":\"" + std::string{event} + "\"," + more + "\"time\":\"" +
         timestamp(std::chrono::system_clock::now()) + "\"}\n";
}

}  // namespace

traffic_recorder::traffic_recorder(settings chosen, base::logger& log)
    : settings_{std::move(chosen)},
      log_{log},
      file_{::open(settings_.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)} {
  if (!file_ || ::fchmod(file_.get(), 0600) != 0) {
    throw std::system_error{errno, std::generic_category(), "the recording " + settings_.path};
  }
  write_text(event_line("recording", R"("version":")" + std::string{base::version} + "\","));
  thread_ = std::thread{[this] { run(); }};
}

traffic_recorder::~traffic_recorder() {
  {
    const std::lock_guard lock{mutex_};
    is_closing_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void traffic_recorder::record(std::uint64_t caller, rpc::recorded_direction direction, format as,
                              std::string_view message) {
  const auto now = std::chrono::system_clock::now();
  {
    const std::lock_guard lock{mutex_};
    if (is_full_) return;
    const std::size_t size_bytes = message.size() + message_overhead_bytes;
    if (pending_bytes_ + size_bytes > settings_.max_pending_bytes) {
      ++dropped_count_;
      return;
    }
    pending_bytes_ += size_bytes;
    std::string text;
    text.reserve(message.size() + base::buffer::padding);
    text = message;
    pending_.push_back({now, caller, direction, as, std::move(text)});
  }
  work_.notify_one();
}

void traffic_recorder::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    work_.wait(lock, [this] { return !pending_.empty() || is_closing_; });
    if (pending_.empty()) return;
    const auto told = std::exchange(pending_, {});
    const std::uint64_t dropped_count = std::exchange(dropped_count_, 0);
    pending_bytes_ = 0;
    lock.unlock();
    write_messages(told, dropped_count);
    lock.lock();
  }
}

void traffic_recorder::write_messages(const std::vector<recorded_message>& told,
                                      std::uint64_t dropped_count) {
  base::buffer line;
  for (const recorded_message& one : told) {
    line.clear();
    lines_.append(line, one);
    if (!write_text(line.view())) return;
  }
  if (dropped_count == 0) return;
  write_text(event_line("dropped", "\"count\":" + std::to_string(dropped_count) + ','));
}

bool traffic_recorder::write_text(std::string_view text) {
  std::string_view why;
  if (written_bytes_ + text.size() > settings_.max_file_bytes) why = "it has reached its bound";
  while (why.empty() && !text.empty()) {
    const ssize_t size = ::write(file_.get(), text.data(), text.size());
    if (size < 0 && errno != EINTR) why = "it cannot be written";
    if (size <= 0) continue;
    text.remove_prefix(static_cast<std::size_t>(size));
    written_bytes_ += static_cast<std::uint64_t>(size);
  }
  if (why.empty()) return true;
  const std::lock_guard lock{mutex_};
  if (std::exchange(is_full_, true)) return false;
  log_.log(base::log_level::warn, "the recording ends", {{"reason", why}});
  return false;
}

}  // namespace sidewire::server
