#include "transports/net/host.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "transports/net/channel.hpp"

namespace sidewire::net {

host::host(executor runs_on, base::timer_queue& timers, std::function<base::time_point()> now,
           const base::limits& limits, base::logger& log)
    : runs_on_{std::move(runs_on)},
      timers_{timers},
      now_{std::move(now)},
      limits_{limits},
      log_{log},
      read_buffer_{new char[read_buffer_bytes + base::buffer::padding]} {}

host::~host() = default;

void host::add(std::shared_ptr<channel> connection) {
  connection->index_ = channels_.size();
  channels_.push_back(std::move(connection));
  count_.store(channels_.size(), std::memory_order_relaxed);
  if (count_changed_) count_changed_();
}

void host::remove(channel& connection) {
  const std::size_t index = connection.index_;
  std::swap(channels_[index], channels_.back());
  channels_[index]->index_ = index;
  const auto removed = std::move(channels_.back());
  channels_.pop_back();
  count_.store(channels_.size(), std::memory_order_relaxed);
  if (count_changed_) count_changed_();
}

void host::each(const std::function<void(channel&)>& visit) {
  for (const auto& connection : std::vector{channels_}) visit(*connection);
}

void host::flush_later(std::shared_ptr<channel> what) {
  to_flush_.push_back(std::move(what));
  if (to_flush_.size() != 1) return;
  boost::asio::post(runs_on_, [this] {
    for (const auto& waiting : std::exchange(to_flush_, {})) waiting->run_turn();
  });
}

}  // namespace sidewire::net
