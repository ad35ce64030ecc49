#include "pubsub/window.hpp"

#include <algorithm>

namespace sidewire::pubsub {

window::window(const topic_options& declared, const base::limits& bounds)
    : declared_{declared}, bounds_{bounds}, log_{declared.history} {}

void window::begin(const broker::snapshot& from) {
  epoch_ = from.last.epoch;
  log_.begin_at(from.last.offset + 1 - from.kept.size());
  for (const shared_publication& kept : from.kept) log_.push(kept);
}

void window::begin_again(const position& last) {
  epoch_ = last.epoch;
  log_.begin_at(last.offset + 1);
  if (newest_) newest_.emplace();
}

void window::push(const shared_publication& what) {
  log_.push(what);
  log_.age(what->published_at());
  if (newest_) keep_key_of(what);
}

std::uint64_t window::kept_first() const noexcept {
  const bool retains = declared_.retains_last && log_.first() != log_.end();
  return retains ? std::min(log_.history_first(), log_.end() - 1) : log_.history_first();
}

/// The first publication that a subscription can get without a gap, by its buffer or the history.
std::uint64_t window::reach_of(const cursor_position& at) const noexcept {
  const std::uint64_t count = std::max<std::uint64_t>(at.buffer, declared_.max_queue_count);
  const std::uint64_t buffered = log_.end() > count ? log_.end() - count : 0;
  return std::max(log_.first(), std::min(buffered, log_.history_first()));
}

next_step window::next_of(const cursor_position& at) const {
  if (at.next >= log_.end()) return {};
  if (at.policy == slow_policy::latest) return next_of_latest(at);
  const std::uint64_t reach = reach_of(at);
  if (at.next >= reach) {
    return {.does = next_step::kind::publication, .what = &log_.at(at.next)};
  }
  if (at.policy == slow_policy::disconnect) return {.does = next_step::kind::too_slow};
  return {.does = next_step::kind::gap, .to = reach - 1};
}

next_step window::next_of_latest(const cursor_position& at) const {
  const std::uint64_t history = log_.history_first();
  if (at.next >= history) {
    return {.does = next_step::kind::publication, .what = &log_.at(at.next)};
  }
  const auto found = newest_->by_offset.lower_bound(at.next);
  const std::uint64_t next =
      found == newest_->by_offset.end() ? history : std::min(found->first, history);
  if (next > at.next) return {.does = next_step::kind::gap, .to = next - 1};
  return {.does = next_step::kind::publication, .what = &found->second};
}

std::uint64_t window::needed_from(const cursor_position& at) const noexcept {
  return at.policy == slow_policy::latest ? log_.end() : std::max(at.next, reach_of(at));
}

void window::trim(std::uint64_t needed) {
  const std::uint64_t retained = declared_.retains_last ? log_.end() - 1 : log_.end();
  log_.drop_before(std::min(needed, retained));
  log_.drop_beyond(bounds_.max_window_bytes);
}

void window::keep_keys() {
  if (newest_) return;
  newest_.emplace();
  for (std::uint64_t next = log_.first(); next != log_.end(); ++next) keep_key_of(log_.at(next));
}

void window::forget_keys() {
  newest_.reset();
}

void window::keep_key_of(const shared_publication& what) {
  auto& [by_offset, by_key] = *newest_;
  if (const auto older = by_key.find(what->key()); older != by_key.end()) {
    const auto superseded = by_offset.find(older->second);
    by_key.erase(older);
    by_offset.erase(superseded);
  } else if (by_key.size() >= bounds_.max_topic_keys) {
    by_key.erase(by_offset.begin()->second->key());
    by_offset.erase(by_offset.begin());
  }
  by_key.emplace(what->key(), what->offset());
  by_offset.emplace(what->offset(), what);
}

}  // namespace sidewire::pubsub
