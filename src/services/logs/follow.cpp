#include "services/logs/follow.hpp"

#include <algorithm>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <limits>
#include <utility>

#include "services/logs/backwards_reader.hpp"
#include "services/logs/file_watch.hpp"
#include "services/logs/follower.hpp"
#include "services/logs/methods.hpp"
#include "services/logs/scan.hpp"

namespace sidewire::services::logs {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t max_batch_entries = 500;
/// Between two looks at names and sizes where no event tells of a change, as on network drives.
constexpr std::chrono::milliseconds look_interval{2000};
/// After a batch, so that lines which come one by one leave together.
constexpr std::chrono::milliseconds gathering_time{10};

using clock = std::chrono::steady_clock;
using steady_timer = boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>,
                                                       boost::asio::io_context::executor_type>;
constexpr boost::asio::use_awaitable_t<boost::asio::io_context::executor_type> use_awaitable{};

template <class T>
T value_of(result<T> outcome) {
  if (!outcome) throw call_failed{std::move(outcome).error()};
  return *std::move(outcome);
}

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path{path}.parent_path().string();
  return directory.empty() ? "." : directory;
}

/// The files of a service while they are followed: what the follower decides is done here.
class followed_service {
 public:
  followed_service(log_source source, const boost::asio::io_context::executor_type& executor)
      : source_{std::move(source)},
        follower_{source_.format, machine_zone()},
        watch_{executor, directory_of(source_.path)},
        pause_{executor} {}

  /// Opens the files; the first news are their last `first_lines` whole lines.
  void start(std::size_t first_lines) {
    auto parts = value_of(open_files(source_));
    for (file_part& part : parts) {
      part.size_bytes = end_of_last_line(part.file, part.size_bytes);
      join(value_of(part.file.duplicate()), part.size_bytes);
    }
    if (first_lines == 0) return;
    constexpr std::size_t max_first_bytes = 4 * 1024 * 1024;
    const scan_result found = scan(std::move(parts), source_.format, machine_zone(),
                                   {.max_entries = first_lines,
                                    .max_text_bytes = max_first_bytes,
                                    .max_read_bytes = max_first_bytes},
                                   [] { return false; });
    follower_.begin_with(oldest_first(found.newest_first));
  }

  /// Looks which files the service's names stand for now, and joins new ones.
  void look() {
    const std::vector<found_file> named = find_files(source_.path);
    for (const found_file& found : follower_.look(named)) {
      auto file = log_file::open(found.path);
      if (file) join(*std::move(file), 0);
    }
  }

  /// Reads a piece of the first file that has something new; false when nothing is left to do.
  bool read_piece() {
    for (const log_file& file : files_) {
      const file_facts now = file.facts();
      const auto offset = follower_.wanted(now);
      if (!offset) continue;
      const std::size_t count = file.read_at(*offset, piece_);
      if (count == 0) continue;
      follower_.feed(now.identity, now.written, {piece_.data(), count});
      return true;
    }
    return close_departed();
  }

  std::vector<log_entry> take(std::size_t max_count) { return follower_.take(max_count); }
  awaitable<watch_event> wait() { return watch_.wait(look_interval); }
  awaitable<void> pause() {
    pause_.expires_after(gathering_time);
    return pause_.async_wait(use_awaitable);
  }

 private:
  void join(log_file file, std::uint64_t offset) {
    if (!follower_.join(file.facts().identity, offset)) return;
    watch_.add(file);
    files_.push_back(std::move(file));
  }

  bool close_departed() {
    const std::vector<file_identity> departed = follower_.departed();
    for (const file_identity& gone : departed) {
      const auto file = std::find_if(files_.begin(), files_.end(), [&](const log_file& candidate) {
        return candidate.facts().identity == gone;
      });
      watch_.remove(*file);
      files_.erase(file);
    }
    return !departed.empty();
  }

  log_source source_;
  follower follower_;
  file_watch watch_;
  steady_timer pause_;
  std::vector<log_file> files_;  // in the order of joining
  std::vector<char> piece_ = std::vector<char>(read_bytes);
};

/// Streams entries until there have been as many as were asked for.
class entry_stream {
 public:
  entry_stream(call& caller, std::optional<std::uint32_t> max_entries)
      : caller_{&caller}, left_{max_entries.value_or(std::numeric_limits<std::uint64_t>::max())} {}

  std::uint64_t sent() const { return sent_; }
  bool is_done() const { return left_ == 0; }
  /// How many entries the next batch may have.
  std::size_t room() const { return std::min<std::uint64_t>(max_batch_entries, left_); }

  /// `entries` are at most `room()`, and at least one.
  awaitable<void> send(std::vector<log_entry> entries) {
    sent_ += entries.size();
    left_ -= entries.size();
    return caller_->progress(log_batch{std::move(entries)});
  }

 private:
  call* caller_;
  std::uint64_t left_;
  std::uint64_t sent_ = 0;
};

}  // namespace

awaitable<follow_summary> follow(std::shared_ptr<const catalog> known, log_follow_params params,
                                 call& caller) {
  const std::uint32_t first_lines = value_of(bounded(params.lines, 0, 0, max_first_lines, "lines"));
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  if (params.max_entries) value_of(bounded(params.max_entries, 1, 1, most, "maxEntries"));
  const auto executor = co_await boost::asio::this_coro::executor;
  followed_service service{value_of(known->find(params.service)), executor};
  entry_stream stream{caller, params.max_entries};

  service.start(first_lines);
  for (;;) {
    bool sent = false;
    for (auto entries = service.take(stream.room()); !entries.empty();
         entries = service.take(stream.room())) {
      co_await stream.send(std::move(entries));
      if (stream.is_done()) co_return follow_summary{stream.sent()};
      sent = true;
    }
    if (service.read_piece()) {
      co_await boost::asio::post(executor, use_awaitable);  // others' turn
      continue;
    }
    if (sent) co_await service.pause();
    const watch_event event = co_await service.wait();
    if (event != watch_event::written) service.look();
  }
}

}  // namespace sidewire::services::logs
