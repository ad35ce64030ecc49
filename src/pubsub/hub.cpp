#include "pubsub/hub.hpp"

#include <algorithm>
#include <utility>

namespace sidewire::pubsub {

subscriber::subscriber() noexcept = default;
subscriber::~subscriber() {
  if (memberships_) memberships_->home_.forget(*memberships_);
}

std::size_t subscriber::subscription_count() const noexcept {
  return memberships_ ? memberships_->subscriptions_.size() : 0;
}

hub::hub(const catalog& declared, const base::limits& bounds, std::function<base::time_point()> now)
    : declared_{declared}, bounds_{bounds}, now_{std::move(now)} {}

hub::~hub() = default;

void hub::connect(exchange& home, outlet& from_home, post_function post_home) {
  exchange_ = &home;
  from_home_ = &from_home;
  post_home_ = std::move(post_home);
}

void hub::at_home(std::function<void(exchange&)> asks) {
  if (has_ended_) return;
  post_home_([&home = *exchange_, asks = std::move(asks)] { asks(home); });
}

memberships& hub::memberships_of(subscriber& from) {
  if (!from.memberships_) from.memberships_ = std::make_unique<memberships>(*this, from);
  return *from.memberships_;
}

/// Gives the memory of a subscriber without subscriptions back.
void hub::tidy(subscriber& from) {
  const memberships* own = from.memberships_.get();
  if (own != nullptr && own->subscriptions_.empty() && own->places_.empty() &&
      own->closings_.empty() && own->pending_count_ == 0) {
    from.memberships_.reset();
  }
}

hub::subscription* hub::find_subscription(memberships& own, std::string_view pattern) noexcept {
  const auto found = std::ranges::find_if(
      own.subscriptions_, [&](const auto& one) { return one.pattern.text() == pattern; });
  return found == own.subscriptions_.end() ? nullptr : &*found;
}

hub::subscription* hub::governing(memberships& own, const local_topic& topic) noexcept {
  if (!may_subscribe(*own.self_.who(), topic.declared)) return nullptr;
  subscription* best = nullptr;
  for (subscription& one : own.subscriptions_) {
    if (!one.pattern.fits(topic.name)) continue;
    if (best == nullptr || is_narrower(one.pattern, best->pattern)) best = &one;
  }
  return best;
}

cursor* hub::find_cursor(memberships& own, const local_topic& topic) noexcept {
  const auto found = std::ranges::find(own.places_, &topic, &memberships::place::topic);
  return found == own.places_.end() ? nullptr : &found->topic->cursors[found->index];
}

cursor* hub::settle(memberships& own, local_topic& topic) {
  const subscription* rules = governing(own, topic);
  cursor* settled = find_cursor(own, topic);
  if (rules == nullptr) {
    if (settled != nullptr) remove_cursor(own, own.places_[settled->place]);
    return nullptr;
  }
  if (settled == nullptr) settled = &add_cursor(own, topic);
  set_policy(topic, *settled, rules->options.policy);
  settled->at.buffer = rules->options.buffer;
  settled->takes_patches = rules->options.patches == deltas::taken && topic.declared.is_delta;
  settled->is_held = rules->is_held;
  if (settled->is_held) mark_behind(*settled);
  return settled;
}

/// Where a new subscription begins that asks for nothing that was.
std::uint64_t hub::start_of(const local_topic& topic) const noexcept {
  if (topic.unheard != 0) return topic.unheard;
  const std::uint64_t end = topic.log.end();
  return topic.declared.retains_last && topic.log.has(end - 1) ? end - 1 : end;
}

cursor& hub::add_cursor(memberships& own, local_topic& topic) {
  const auto index = static_cast<std::uint32_t>(topic.cursors.size());
  cursor& added = topic.cursors.emplace_back();
  added.to = &own.self_;
  added.place = static_cast<std::uint32_t>(own.places_.size());
  added.at.next = start_of(topic);
  own.places_.push_back({&topic, index});
  mark_behind(added);
  return added;
}

void hub::remove_cursor(memberships& own, memberships::place where) {
  local_topic& topic = *where.topic;
  const std::uint32_t index = where.index;
  cursor& removed = topic.cursors[index];
  set_policy(topic, removed, slow_policy::drop_oldest);
  mark_up_to_date(removed);
  const std::uint32_t place = removed.place;
  if (index + 1 != topic.cursors.size()) {
    removed = topic.cursors.back();
    removed.to->memberships_->places_[removed.place].index = index;
  }
  topic.cursors.pop_back();
  if (place + 1 != own.places_.size()) {
    const memberships::place moved = own.places_.back();
    own.places_[place] = moved;
    moved.topic->cursors[moved.index].place = place;
  }
  own.places_.pop_back();
}

void hub::set_policy(local_topic& topic, cursor& changed, slow_policy policy) {
  const bool was_latest = std::exchange(changed.at.policy, policy) == slow_policy::latest;
  const bool is_latest = policy == slow_policy::latest;
  if (was_latest == is_latest) return;
  if (is_latest) {
    ++topic.latest_count;
    topic.log.keep_keys();
  } else if (--topic.latest_count == 0) {
    topic.log.forget_keys();
  }
}

void hub::remove_subscription(memberships& own, const std::string& pattern) {
  const std::string removed = pattern;  // may be a part of what is erased
  std::erase_if(own.subscriptions_,
                [&](const subscription& one) { return one.pattern.text() == removed; });
  if (const auto watched = watches_.find(removed); watched != watches_.end()) {
    std::erase(watched->second.subscribers, &own);
  }
  const topic_pattern fitting{removed};
  for (const memberships::place& place : std::vector{own.places_}) {
    if (!fitting.fits(place.topic->name)) continue;
    settle(own, *place.topic);
    leave_if_unneeded(place.topic->name);
  }
  unwatch_if_unneeded(removed);
}

result<void> hub::unsubscribe(subscriber& from, std::string_view topic) {
  const std::string name{topic};
  std::size_t found = 0;
  while (const auto waiting = take_request(name, &from)) {
    ++found;
    waiting->done(error{error_kind::request_cancelled, "unsubscribed meanwhile"});
  }
  if (memberships* const own = from.memberships_.get(); own != nullptr) {
    found += std::erase_if(own->closings_, [&](const auto& one) { return one.topic == name; });
    if (find_subscription(*own, name) != nullptr) {
      ++found;
      remove_subscription(*own, name);
    }
  }
  unwatch_if_unneeded(name);
  leave_if_unneeded(name);
  // A wider subscription may have taken over.
  catch_up(from);
  if (found == 0) return error{error_kind::not_found, "there is no subscription to this topic"};
  return {};
}

void hub::reauthorise(subscriber& whose) {
  if (!whose.memberships_) return;
  memberships& own = *whose.memberships_;
  std::vector<std::string> ended;
  for (const subscription& one : own.subscriptions_) {
    if (one.pattern.is_wildcard()) continue;
    if (!may_subscribe(*whose.who(), *declared_.find(one.pattern.text()))) {
      ended.push_back(one.pattern.text());
    }
  }
  std::vector<std::string> hidden;
  for (const memberships::place& place : own.places_) {
    if (!may_subscribe(*whose.who(), place.topic->declared)) hidden.push_back(place.topic->name);
  }
  for (const std::string& topic : hidden) own.closings_.push_back({topic, close_reason::forbidden});
  for (const std::string& topic : ended) remove_subscription(own, topic);
  for (const auto& [name, topic] : topics_) {
    if (topic->is_joined) settle(own, *topic);
  }
  for (const std::string& topic : hidden) leave_if_unneeded(topic);
  catch_up(whose);
}

}  // namespace sidewire::pubsub
