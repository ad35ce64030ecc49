#include "client/transport_choice.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace sidewire::client {

namespace {

/// So many attempts come at the usual interval, then each after twice the time of the last.
constexpr int usual_retry_count = 12;
constexpr int max_doublings = 4;
/// A part of the interval by which attempts of many clients are spread.
constexpr double jitter = 0.2;
/// A move to anything but a WebSocket is proved by moving alone, and so disturbs where it fails.
constexpr int disturbing_factor = 12;

}  // namespace

transport_choice::transport_choice(std::vector<session_transport> allowed, choice_times times,
                                   std::function<double()> random, transport_failures remembered)
    : allowed_{std::move(allowed)},
      order_{allowed_},
      times_{times},
      random_{std::move(random)},
      failures_{std::move(remembered)} {}

void transport_choice::begin_opening(time_point now) {
  begin(round::opening, now);
}

void transport_choice::begin_resuming(time_point now) {
  begin(round::resuming, now);
}

void transport_choice::begin_upgrade(session_transport transport, time_point) {
  round_ = round::upgrade;
  to_try_.clear();
  running_ = {transport};
  next_start_ = time_point::max();
}

void transport_choice::begin(round kind, time_point now) {
  round_ = kind;
  in_use_.reset();
  running_.clear();
  to_try_ = order_;
  // What failed is tried last rather than never.
  std::ranges::stable_partition(
      to_try_, [this](session_transport one) { return !failures_[index_of(one)]; });
  next_start_ = now;
}

transport_choice::duration transport_choice::patience() const {
  if (order_.size() == 1) return times_.max_patience;
  const auto doubled = times_.head_start * (1 << std::min(lost_rounds_, 16));
  return std::min<duration>(doubled, times_.max_patience);
}

std::optional<session_transport> transport_choice::next(time_point now) {
  if (to_try_.empty() || next_start_ > now) return {};
  const session_transport chosen = to_try_.front();
  to_try_.erase(to_try_.begin());
  running_.push_back(chosen);
  next_start_ = now + (round_ == round::resuming ? patience() : times_.head_start);
  return chosen;
}

bool transport_choice::is_late(time_point now) const {
  return round_ == round::resuming && !running_.empty() && next_start_ <= now;
}

transport_choice::time_point transport_choice::next_time() const {
  if (round_ == round::resuming || !to_try_.empty()) return next_start_;
  if (round_ != round::none || !in_use_) return time_point::max();
  time_point soonest = time_point::max();
  for (const session_transport one : order_) {
    if (one == *in_use_) break;
    soonest = std::min(soonest, retry_[index_of(one)]);
  }
  return soonest;
}

void transport_choice::failed(session_transport transport, const error& reason, time_point now) {
  std::erase(running_, transport);
  failures_[index_of(transport)] = reason;
  if (round_ == round::upgrade) {
    round_ = round::none;
    plan_retry(transport, now);
  } else if (running_.empty()) {
    next_start_ = now;
    if (round_ == round::resuming && to_try_.empty()) ++lost_rounds_;
  }
}

bool transport_choice::is_exhausted() const {
  return running_.empty() && to_try_.empty();
}

void transport_choice::won(session_transport transport, time_point now) {
  for (const session_transport slower : running_) {
    if (slower == transport) continue;
    failures_[index_of(slower)] =
        error{error_kind::unavailable,
              "it gave no answer before " + std::string{name_of(transport)} + " did"};
  }
  failure_counts_[index_of(transport)] = 0;
  for (const session_transport one : order_) {
    const bool was_tried = std::ranges::find(to_try_, one) == to_try_.end();
    if (rank(one) < rank(transport)) {
      plan_retry(one, now);
    } else if (one == transport || !was_tried) {
      failures_[index_of(one)].reset();  // perhaps it was the server that was away
    }
  }
  explain_order(transport);
  round_ = round::none;
  running_.clear();
  to_try_.clear();
  lost_rounds_ = 0;
  in_use_ = transport;
}

/// What would be better but for the server's answer has its reason too.
void transport_choice::explain_order(session_transport chosen) {
  for (const session_transport one : allowed_) {
    if (one == chosen) return;
    auto& failure = failures_[index_of(one)];
    if (failure) continue;
    failure =
        error{error_kind::unavailable, is_offered(one) ? "the server advises against it from here"
                                                       : "the server does not offer it"};
  }
}

void transport_choice::spoil(const error& reason) {
  if (in_use_) failures_[index_of(*in_use_)] = reason;
}

void transport_choice::plan_retry(session_transport transport, time_point now) {
  const int count = ++failure_counts_[index_of(transport)];
  auto interval = times_.upgrade_interval;
  if (transport != session_transport::websocket) interval *= disturbing_factor;
  interval *= 1 << std::clamp(count - usual_retry_count, 0, max_doublings);
  const double spread = 1 + jitter * (2 * random_() - 1);
  retry_of(transport) = now + std::chrono::duration_cast<duration>(interval * spread);
}

std::size_t transport_choice::rank(session_transport transport) const {
  return static_cast<std::size_t>(std::ranges::find(order_, transport) - order_.begin());
}

bool transport_choice::is_offered(session_transport transport) const {
  return rank(transport) != order_.size();
}

void transport_choice::offer(const std::vector<session_transport>& offered, time_point now) {
  std::vector<session_transport> left;
  for (const session_transport one : offered) {
    if (is_offered(one)) left.push_back(one);
  }
  if (left.empty()) return;
  order_ = std::move(left);
  const auto is_gone = [this](session_transport one) { return !is_offered(one); };
  std::erase_if(to_try_, is_gone);
  std::ranges::stable_sort(to_try_, {}, [this](session_transport one) {
    return std::pair{failures_[index_of(one)].has_value(), rank(one)};
  });
  if (std::erase_if(running_, is_gone) != 0 && running_.empty()) next_start_ = now;
}

std::optional<session_transport> transport_choice::due_upgrade(time_point now) {
  if (round_ != round::none || !in_use_) return {};
  for (const session_transport one : order_) {
    if (one == *in_use_) break;
    if (retry_[index_of(one)] <= now) return one;
  }
  return {};
}

}  // namespace sidewire::client
