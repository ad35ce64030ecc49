#include "client/exchange_table.hpp"

#include <iterator>

namespace sidewire::client {

void exchange_table::add(exchange_id id, exchange work) {
  const auto at = waiting_.try_emplace(id).first;
  at->second.outcomes.resize(work.count);
  const time_point deadline = work.deadline;
  at->second.work = std::move(work);
  deadlines_.emplace(deadline, id);
}

void exchange_table::keep(exchange_id id, std::unique_ptr<cancel_callback> callback) {
  if (const auto at = waiting_.find(id); at != waiting_.end()) {
    at->second.callback = std::move(callback);
  }
}

void exchange_table::mark_sending(exchange_id id) {
  if (const auto at = waiting_.find(id); at != waiting_.end()) at->second.sending = true;
}

void exchange_table::unmark_sending(exchange_id id) {
  if (const auto at = waiting_.find(id); at != waiting_.end()) at->second.sending = false;
}

void exchange_table::mark_sent(exchange_id id) {
  const auto at = waiting_.find(id);
  if (at != waiting_.end() && at->second.work.count == 0) finish(at, nullptr);
}

exchange_table::entries::iterator exchange_table::find_call(std::uint64_t call) {
  auto at = waiting_.upper_bound(call);
  if (at == waiting_.begin()) return waiting_.end();
  --at;
  return call - at->first < at->second.work.count ? at : waiting_.end();
}

bool exchange_table::answer(std::uint64_t call, result<json> outcome) {
  const auto at = find_call(call);
  if (at == waiting_.end()) return false;
  auto& place = at->second.outcomes[call - at->first];
  if (place) return false;
  place = std::move(outcome);
  if (++at->second.answered == at->second.work.count) finish(at, nullptr);
  return true;
}

bool exchange_table::answer_unnamed(exchange_id exchange, const error& reason) {
  auto at = waiting_.find(exchange);
  if (at == waiting_.end() && waiting_.size() == 1) at = waiting_.begin();
  if (at == waiting_.end()) return false;
  finish(at, &reason);
  return true;
}

void exchange_table::progress(std::uint64_t call, json_view value) {
  const auto at = find_call(call);
  if (at != waiting_.end() && at->second.work.on_progress) at->second.work.on_progress(value);
}

void exchange_table::fail(exchange_id id, const error& reason) {
  if (const auto at = waiting_.find(id); at != waiting_.end()) finish(at, &reason);
}

void exchange_table::fail_all(const error& reason) {
  const error unknown{error_kind::outcome_unknown,
                      "the connection ended before the answer came: " + reason.message()};
  const bool nothing_ran =
      reason.kind() == error_kind::not_authenticated || reason.kind() == error_kind::forbidden;
  while (!waiting_.empty()) {
    const auto at = waiting_.begin();
    finish(at, at->second.sending && !nothing_ran ? &unknown : &reason);
  }
}

std::vector<shared_message> exchange_table::fail_written(const error& reason) {
  std::vector<exchange_id> unknown;
  std::vector<shared_message> repeated;
  for (const auto& [id, entry] : waiting_) {
    if (!entry.sending) continue;
    if (entry.work.repeatable && !entry.cancelled) {
      repeated.push_back(entry.work.repeatable);
    } else {
      unknown.push_back(id);
    }
  }
  for (const exchange_id id : unknown) fail(id, reason);
  return repeated;
}

void exchange_table::mark_cancelled(exchange_id id, time_point until) {
  const auto at = waiting_.find(id);
  if (at == waiting_.end() || at->second.cancelled) return;
  at->second.cancelled = true;
  if (until < at->second.work.deadline) set_deadline(at, until);
}

void exchange_table::set_deadline(entries::iterator at, time_point deadline) {
  deadlines_.erase({at->second.work.deadline, at->first});
  at->second.work.deadline = deadline;
  deadlines_.emplace(deadline, at->first);
}

time_point exchange_table::next_deadline() const {
  return deadlines_.empty() ? time_point::max() : deadlines_.begin()->first;
}

std::vector<std::pair<exchange_id, std::size_t>> exchange_table::expire(time_point now) {
  const error late{error_kind::deadline_exceeded, "no answer came in time"};
  const error cancelled{error_kind::request_cancelled, "the call was cancelled"};
  std::vector<std::pair<exchange_id, std::size_t>> expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto at = waiting_.find(deadlines_.begin()->second);
    expired.emplace_back(at->first, at->second.work.count);
    finish(at, at->second.cancelled ? &cancelled : &late);
  }
  return expired;
}

void exchange_table::finish(entries::iterator at, const error* unanswered) {
  deadlines_.erase({at->second.work.deadline, at->first});
  const auto node = waiting_.extract(at);
  entry& ended = node.mapped();
  answers outcomes;
  outcomes.reserve(ended.outcomes.size());
  for (auto& outcome : ended.outcomes) {
    outcomes.push_back(outcome ? std::move(*outcome) : result<json>{*unanswered});
  }
  if (outcomes.empty() && unanswered != nullptr) outcomes.emplace_back(*unanswered);
  ended.work.done(std::move(outcomes));
}

}  // namespace sidewire::client
