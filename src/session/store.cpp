#include "session/store.hpp"

#include <algorithm>
#include <utility>

#include "protocol/close_code.hpp"

namespace sidewire::session {

namespace {

/// A shard's part of a bound of the whole server.
std::size_t share_of(std::size_t bound, std::size_t shard_count) {
  return (bound + shard_count - 1) / shard_count;
}

}  // namespace

store::store(rpc::environment& shared, const store_place& place,
             std::function<std::string()> make_secret)
    : shared_{shared}, place_{place}, make_secret_{std::move(make_secret)} {}

store::~store() = default;

store::outcome store::open(const open_params& asked, client_facts facts,
                           std::shared_ptr<const principal> who, link& to) {
  if (!asked.resume_token) return start(std::move(facts), std::move(who), to);
  const claim claimed = find(*asked.resume_token);
  if (const auto* other = std::get_if<elsewhere>(&claimed)) return *other;
  if (const auto* reason = std::get_if<loss>(&claimed)) {
    return start_afresh(*reason, std::move(facts), std::move(who), to);
  }
  session& found = *std::get<session*>(claimed);
  const std::uint64_t received = asked.received.value_or(0);
  if (!found.may_become(*who)) {
    counts_.refused.add();
    return refusal{protocol::close_code::forbidden, "the session is somebody else's"};
  }
  if (received > found.sent().ever_written()) {
    counts_.refused.add();
    return refusal{protocol::close_code::bad_request, "received is more than was ever sent"};
  }
  if (received < found.sent().acknowledged()) {
    counts_.refused.add();
    return refusal{protocol::close_code::replaced, "received is less than was acknowledged"};
  }
  const bool keeps_rights = found.keeps_rights(*who);
  if (keeps_rights && found.sent().reaches_back_to(received)) {
    return recover(found, received, std::move(who), to);
  }
  found.close_link(protocol::close_code::replaced, "the session was resumed elsewhere");
  end(found);
  return start_afresh(keeps_rights ? loss::overflow : loss::forbidden, std::move(facts),
                      std::move(who), to);
}

store::claim store::find(std::string_view resume_token) const noexcept {
  const auto token = parse_resume_token(resume_token);
  if (!token) return loss::unknown;
  if (token->instance != place_.instance) return loss::restarted;
  if (token->shard >= place_.shard_count) return loss::unknown;
  if (token->shard != place_.shard) return elsewhere{token->shard};
  const auto found = sessions_.find(token->number);
  if (found == sessions_.end()) {
    return token->number <= last_number_ ? loss::expired : loss::unknown;
  }
  if (!same_secret(found->second->secret(), token->secret)) return loss::unknown;
  return found->second.get();
}

session& store::make(client_facts facts, std::shared_ptr<const principal> who) {
  const std::uint64_t number = ++last_number_;
  auto made =
      std::make_unique<session>(*this, number, make_secret_(), std::move(who), std::move(facts));
  session& kept = *sessions_.emplace(number, std::move(made)).first->second;
  counts_.started.add();
  count_sessions();
  return kept;
}

/// After each change of who is here and who waits.
void store::count_sessions() noexcept {
  counts_.detached.set(detached_.size());
  counts_.attached.set(sessions_.size() - detached_.size());
}

started_params store::describe(const session& made) const {
  const base::limits& bounds = shared_.limits;
  started_params told;
  told.session = session_name(place_.instance, place_.shard, made.number());
  told.resume_token = told.session + '.' + made.secret();
  told.instance = place_.instance;
  told.version = place_.version;
  told.resume_window_ms = static_cast<std::uint64_t>(bounds.resume_window.count());
  told.resume_buffer_bytes = bounds.resume_buffer_bytes;
  told.heartbeat_ms = static_cast<std::uint64_t>(bounds.heartbeat.count());
  told.limits = {.max_message_bytes = bounds.max_message_bytes, .max_batch = bounds.max_batch};
  return told;
}

session* store::start(client_facts facts, std::shared_ptr<const principal> who, link& to) {
  session& made = make(std::move(facts), std::move(who));
  to.notify(method::started, describe(made));
  made.attach(to);
  return &made;
}

session* store::start_afresh(loss reason, client_facts facts, std::shared_ptr<const principal> who,
                             link& to) {
  session& made = make(std::move(facts), std::move(who));
  counts_.lost[static_cast<std::size_t>(reason)].add();
  lost_params told;
  static_cast<started_params&>(told) = describe(made);
  told.reason = reason;
  to.notify(method::resumed, told);
  made.attach(to);
  return &made;
}

session* store::recover(session& found, std::uint64_t received,
                        std::shared_ptr<const principal> who, link& to) {
  found.close_link(protocol::close_code::replaced, "the session was resumed elsewhere");
  no_longer_detached(found);
  counts_.recovered.add();
  found.acknowledge(received);
  found.authenticated(std::move(who));
  to.notify(method::resumed, recovered_params{.received = found.received(), .from = received + 1});
  found.attach(to);
  return &found;
}

session_facts store::facts_of(const session& told) const {
  session_facts facts{.name = session_name(place_.instance, place_.shard, told.number()),
                      .principal = told.who()->name,
                      .client = told.facts().client,
                      .own_format = told.facts().own_format,
                      .transport = {},
                      .address = {},
                      .started = told.started(),
                      .since = told.since(),
                      .queued_count = told.sent().last() - told.sent().acknowledged(),
                      .queued_bytes = told.sent().unacknowledged_bytes(),
                      .running_calls = told.running_count(),
                      .subscription_count = told.subscription_count()};
  if (const link* const current = told.current_link()) {
    link_facts now = current->facts();
    facts.transport = now.transport;
    facts.address = std::move(now.address);
  }
  return facts;
}

std::vector<session_facts> store::list() const {
  std::vector<session_facts> all;
  all.reserve(sessions_.size());
  for (const auto& [number, kept] : sessions_) all.push_back(facts_of(*kept));
  std::ranges::sort(all, {}, &session_facts::started);
  return all;
}

void store::detach(session& left) {
  left.since_ = shared_.now();
  left.detach();
  shared_.timers.set(left.window_, shared_.now() + shared_.limits.resume_window);
  left.outbox_.shrink_to_fit();
  left.waits_ = true;
  left.place_ = detached_.insert(detached_.end(), &left);
  ++detached_of_principal_[left.who()->name];
  count_sessions();
  recount(left);
}

void store::leave(session& left, std::uint16_t code) {
  protocol::close_code::ends_session(code) ? end(left) : detach(left);
}

void store::recount(session& detached) {
  const std::size_t bytes = detached.sent().memory_bytes();
  detached_bytes_ = detached_bytes_ - std::exchange(detached.counted_bytes_, bytes) + bytes;
  tidy_later();
}

void store::no_longer_detached(session& found) {
  if (!std::exchange(found.waits_, false)) return;
  found.window_.cancel();
  detached_.erase(found.place_);
  count_sessions();
  detached_bytes_ -= std::exchange(found.counted_bytes_, 0);
  const auto counted = detached_of_principal_.find(found.who()->name);
  if (--counted->second == 0) detached_of_principal_.erase(counted);
}

void store::end(session& over) {
  const auto found = sessions_.find(over.number());
  if (found == sessions_.end()) return;
  no_longer_detached(over);
  over.detach();
  over.facts_.takes_requests = false;
  over.requests_.reset();
  over.end_calls(nullptr);
  ended_.push_back(std::move(found->second));
  sessions_.erase(found);
  count_sessions();
  tidy_later();
}

/// Whatever ends a session may be in the midst of one of its calls.
void store::tidy_later() {
  if (!tidy_.is_set()) shared_.timers.set(tidy_, shared_.now());
}

void store::tidy(base::time_point) {
  while (session* const evicted = next_to_evict()) end(*evicted);
  ended_.clear();
  tidy_.cancel();
}

/// Null while the bounds hold. Else one that was never used, or the longest detached.
session* store::next_to_evict() const {
  const base::limits& bounds = shared_.limits;
  const bool too_many =
      detached_.size() > share_of(bounds.max_detached_sessions, place_.shard_count) ||
      detached_bytes_ > share_of(bounds.max_detached_bytes, place_.shard_count);
  const std::size_t max_of_principal = bounds.max_detached_per_principal;
  const auto is_candidate = [&](const session* waiting) {
    return too_many || detached_of_principal_.at(waiting->who()->name) > max_of_principal;
  };
  const auto some_principal_has_too_many = std::ranges::any_of(
      detached_of_principal_,
      [max_of_principal](const auto& counted) { return counted.second > max_of_principal; });
  if (!too_many && !some_principal_has_too_many) return nullptr;
  session* oldest = nullptr;
  for (session* const waiting : detached_) {
    if (!is_candidate(waiting)) continue;
    if (waiting->is_blank()) return waiting;
    if (oldest == nullptr) oldest = waiting;
  }
  return oldest;
}

}  // namespace sidewire::session
