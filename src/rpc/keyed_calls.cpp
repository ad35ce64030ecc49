#include "rpc/keyed_calls.hpp"

#include <utility>

namespace sidewire::rpc {

namespace {

std::size_t size_of(const call_outcome& outcome) {
  return outcome.result ? outcome.result->text().size() : outcome.failure->message().size();
}

}  // namespace

std::size_t keyed_calls::name_hash::operator()(const name& which) const noexcept {
  const std::hash<std::string> hash;
  return hash(which.key) ^ (hash(which.method) << 1U) ^ (hash(which.principal) << 2U);
}

keyed_calls::ticket keyed_calls::join(const name& which, std::string params, base::time_point now,
                                      listener told, std::function<void()> cancel) {
  shared_outcome known;
  {
    const std::lock_guard lock{mutex_};
    make_room(now);
    const auto found = entries_.find(which);
    if (found == entries_.end()) {
      if (entries_.size() >= bounds_.max_keyed_calls) return {standing::full};
      entry& made = entries_[which];
      made.size_bytes = params.size();
      size_bytes_ += made.size_bytes;
      made.params = std::move(params);
      made.cancel = std::move(cancel);
      made.listeners.emplace(++last_number_, std::move(told));
      return {standing::first, last_number_};
    }
    if (found->second.params != params) return {standing::conflict};
    known = found->second.outcome;
    if (!known) {
      found->second.listeners.emplace(++last_number_, std::move(told));
      return {standing::joined, last_number_};
    }
  }
  told(known);
  return {standing::joined};
}

void keyed_calls::complete(const name& which, shared_outcome outcome, base::time_point now) {
  std::unordered_map<std::uint64_t, listener> listeners;
  {
    const std::lock_guard lock{mutex_};
    entry& done = entries_.at(which);
    listeners.swap(done.listeners);
    done.cancel = nullptr;
    const std::size_t added = size_of(*outcome);
    done.size_bytes += added;
    size_bytes_ += added;
    done.outcome = outcome;
    done.ended = now;
    ended_.push_back(which);
    make_room(now);
  }
  for (const auto& [number, told] : listeners) told(outcome);
}

void keyed_calls::leave(const name& which, std::uint64_t listener_number) {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(which);
  if (found != entries_.end()) found->second.listeners.erase(listener_number);
}

void keyed_calls::leave_and_cancel(const name& which, std::uint64_t listener_number) {
  std::function<void()> cancel;
  {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(which);
    if (found == entries_.end()) return;
    found->second.listeners.erase(listener_number);
    if (found->second.listeners.empty()) cancel = found->second.cancel;
  }
  if (cancel) cancel();
}

std::size_t keyed_calls::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

/// For one call more.
void keyed_calls::make_room(base::time_point now) {
  while (!ended_.empty()) {
    const entry& oldest = entries_.at(ended_.front());
    const bool is_over = now - oldest.ended >= bounds_.keyed_lifetime;
    const bool too_many =
        entries_.size() >= bounds_.max_keyed_calls || size_bytes_ > bounds_.max_keyed_bytes;
    if (!is_over && !too_many) return;
    drop_oldest();
  }
}

void keyed_calls::drop_oldest() {
  const auto oldest = entries_.find(ended_.front());
  size_bytes_ -= oldest->second.size_bytes;
  entries_.erase(oldest);
  ended_.pop_front();
}

}  // namespace sidewire::rpc
