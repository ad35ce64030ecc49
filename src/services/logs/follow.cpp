#include "services/logs/follow.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <limits>
#include <utility>

#include "services/logs/file_watch.hpp"
#include "services/logs/followed_service.hpp"
#include "services/logs/methods.hpp"
#include "services/waiting.hpp"

namespace sidewire::services::logs {
namespace {

template <class T>
T value_of(result<T> outcome) {
  if (!outcome) throw call_failed{std::move(outcome).error()};
  return *std::move(outcome);
}

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
  file_watch watch{executor};
  steady_timer pause{executor};
  followed_service service{value_of(known->find(params.service)), watch};
  entry_stream stream{caller, params.max_entries};

  if (auto problem = service.start(first_lines)) throw call_failed{*std::move(problem)};
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
    if (sent) {
      pause.expires_after(gathering_time);
      co_await pause.async_wait(use_awaitable);
    }
    const watch_event event = co_await watch.wait(look_interval);
    if (event != watch_event::written) service.look();
  }
}

}  // namespace sidewire::services::logs
