#include <algorithm>
#include <utility>

#include "pubsub/exchange.hpp"
#include "pubsub/hub.hpp"

namespace sidewire::pubsub {

namespace {

error limit_exceeded(std::string_view what, std::size_t bound, const char* name) {
  return error{error_kind::limit_exceeded,
               "at most " + std::to_string(bound) + " " + std::string{what}}
      .limit(name);
}

}  // namespace

std::uint64_t hub::subscribe(subscriber& from, subscribe_request asked, subscribed done) {
  const std::uint64_t number = ++last_number_;
  memberships& own = memberships_of(from);
  if (const auto allowed = check(own, asked, *from.who()); !allowed) {
    tidy(from);
    done(allowed.error());
    return number;
  }
  const topic_pattern pattern{asked.topic};
  requests_.push_back({number, &from, std::move(asked), std::move(done)});
  ++own.pending_count_;
  const std::string& name = pattern.text();
  if (is_ready(pattern)) {
    complete_requests(name);
  } else if (pattern.is_wildcard()) {
    const auto [found, is_new] = watches_.try_emplace(name, pattern);
    if (is_new) ask_to_watch(found->second);
  } else {
    auto& topic = topics_[name];
    if (!topic) {
      topic = std::make_unique<local_topic>(name, *declared_.find(name), bounds_);
      ask_to_join(*topic);
    }
  }
  return number;
}

result<void> hub::check(const memberships& own, const subscribe_request& asked,
                        const principal& who) const {
  if (const auto problem = problem_of_topic_pattern(asked.topic)) {
    return error{error_kind::invalid_params, *problem}.at("/topic");
  }
  if (!topic_pattern{asked.topic}.is_wildcard()) {
    const topic_options* declared = declared_.find(asked.topic);
    if (declared == nullptr) {
      return error{error_kind::not_found, "there is no such topic; topic.list lists them"};
    }
    if (!may_subscribe(who, *declared)) {
      return error{error_kind::forbidden,
                   "the topic needs the scope \"" + declared->subscribe_scope + "\""};
    }
  }
  if (asked.options.buffer > bounds_.max_subscription_buffer) {
    return limit_exceeded("publications in a subscription's buffer",
                          bounds_.max_subscription_buffer, "maxSubscriptionBuffer");
  }
  const bool is_known = std::ranges::any_of(own.subscriptions_, [&](const subscription& one) {
    return one.pattern.text() == asked.topic;
  });
  if (!is_known && own.subscriptions_.size() + own.pending_count_ >= bounds_.max_subscriptions) {
    return limit_exceeded("subscriptions of one subscriber", bounds_.max_subscriptions,
                          "maxSubscriptions");
  }
  return {};
}

bool hub::is_ready(const topic_pattern& pattern) const {
  if (pattern.is_wildcard()) {
    const auto found = watches_.find(pattern.text());
    return found != watches_.end() && found->second.is_ready;
  }
  const auto found = topics_.find(pattern.text());
  return found != topics_.end() && found->second->is_joined;
}

void hub::ask_to_join(local_topic& topic) {
  topic.ticket = ++last_number_;
  at_home([name = topic.name, ticket = topic.ticket, to = from_home_](exchange& home) {
    home.join(name, ticket, *to);
  });
}

void hub::ask_to_watch(watch& wanted) {
  wanted.ticket = ++last_number_;
  at_home([pattern = wanted.pattern, ticket = wanted.ticket, to = from_home_](exchange& home) {
    home.watch(pattern, ticket, *to);
  });
}

void hub::on_joined(const std::string& name, std::uint64_t ticket,
                    result<broker::snapshot> outcome) {
  if (has_ended_) return;
  const auto found = topics_.find(name);
  const bool is_known = found != topics_.end();
  const bool is_current = (is_known && ticket == found->second->ticket) || is_watched(name, ticket);
  if (!is_current) {
    // What it answers was given up meanwhile; what was asked since has an answer of its own.
    const bool is_wanted = is_known || std::ranges::any_of(watches_, [&](const auto& one) {
                             return one.second.pattern.fits(name);
                           });
    if (!is_wanted) at_home([name, to = from_home_](exchange& home) { home.leave(name, *to); });
    return;
  }
  if (is_known && found->second->is_joined) return;
  if (!outcome) {
    if (is_known) fail_requests(name, outcome.error());
    topics_.erase(name);
    return;
  }
  auto& topic = topics_[name];
  if (!topic) topic = std::make_unique<local_topic>(name, *declared_.find(name), bounds_);
  topic->log.begin(*outcome);
  topic->unheard = outcome->unheard < topic->log.end() ? outcome->unheard : 0;
  topic->is_joined = true;
  for (const auto& [pattern, watched] : watches_) {
    if (!watched.pattern.fits(name)) continue;
    for (memberships* const own : watched.subscribers) settle(*own, *topic);
  }
  std::vector<subscriber*> arrived;
  for (const cursor& one : topic->cursors) arrived.push_back(one.to);
  if (!arrived.empty()) topic->unheard = 0;
  for (subscriber* const to : arrived) catch_up(*to);
  complete_requests(name);
  leave_if_unneeded(name);
}

/// Whether a topic was joined for a watch that still stands, which then was not left since.
bool hub::is_watched(const std::string& topic, std::uint64_t ticket) const {
  return std::ranges::any_of(watches_, [&](const auto& one) {
    return one.second.ticket == ticket && one.second.pattern.fits(topic);
  });
}

void hub::on_watched(const std::string& pattern, std::uint64_t ticket) {
  const auto found = watches_.find(pattern);
  if (has_ended_ || found == watches_.end() || found->second.ticket != ticket) return;
  found->second.is_ready = true;
  complete_requests(pattern);
  unwatch_if_unneeded(pattern);
}

void hub::complete_requests(const std::string& topic) {
  while (auto next = take_request(topic)) complete(*std::move(next));
}

void hub::fail_requests(const std::string& topic, const error& reason) {
  while (const auto failed = take_request(topic)) {
    tidy(*failed->from);
    failed->done(reason);
  }
}

/// The first that waits for a topic, of `from` or else of anybody. One at a time, since what is
/// done with it may end others that wait.
std::optional<hub::request> hub::take_request(std::string_view topic, const subscriber* from) {
  const auto found = std::ranges::find_if(requests_, [&](const request& waiting) {
    return waiting.asked.topic == topic && (from == nullptr || waiting.from == from);
  });
  if (found == requests_.end()) return std::nullopt;
  request taken = std::move(*found);
  requests_.erase(found);
  --taken.from->memberships_->pending_count_;
  return taken;
}

void hub::complete(request asked) {
  memberships& own = *asked.from->memberships_;
  // The right may have been taken while the request waited.
  if (const auto allowed = check(own, asked.asked, *asked.from->who()); !allowed) {
    tidy(*asked.from);
    return asked.done(allowed.error());
  }
  asked.done(attach(own, asked.asked));
}

std::vector<topic_start> hub::attach(memberships& own, const subscribe_request& asked) {
  std::erase_if(own.closings_, [&](const auto& one) { return one.topic == asked.topic; });
  const topic_pattern pattern{asked.topic};
  subscription* known = find_subscription(own, asked.topic);
  if (known == nullptr) {
    known = &own.subscriptions_.emplace_back(subscription{pattern, asked.options});
    if (pattern.is_wildcard()) watches_.find(asked.topic)->second.subscribers.push_back(&own);
  }
  known->options = asked.options;
  known->is_held = true;
  std::vector<topic_start> starts;
  if (!pattern.is_wildcard()) {
    starts.push_back(attach_to(own, *topics_.find(asked.topic)->second, asked));
    return starts;
  }
  for (const auto& [name, topic] : topics_) {
    if (!topic->is_joined || !pattern.fits(name)) continue;
    if (governing(own, *topic) == find_subscription(own, asked.topic)) {
      starts.push_back(attach_to(own, *topic, asked));
    }
  }
  std::ranges::sort(starts, {}, &topic_start::topic);
  return starts;
}

topic_start hub::attach_to(memberships& own, local_topic& topic, const subscribe_request& asked) {
  topic.log.age(now_());
  const std::uint64_t end = topic.log.end();
  const std::uint64_t kept =
      topic.unheard != 0 ? std::min(topic.unheard, topic.log.kept_first()) : topic.log.kept_first();
  since_point since = asked.since;
  if (const auto named = asked.since_by_topic.find(topic.name);
      named != asked.since_by_topic.end()) {
    since = {since_point::kind::position, named->second};
  }
  cursor& attached = *settle(own, topic);
  topic.unheard = 0;
  topic_start start{.topic = topic.name, .epoch = topic.log.epoch()};
  if (since.from == since_point::kind::first) {
    attached.at.next = kept;
  } else if (since.from == since_point::kind::position) {
    const bool is_ours = since.at.epoch == start.epoch && since.at.offset < end;
    const std::uint64_t wanted = is_ours ? since.at.offset + 1 : 1;
    start.recovered = is_ours && wanted >= kept;
    start.missed = wanted < kept ? kept - wanted : 0;
    attached.at.next = std::max(wanted, kept);
  }
  if (since.from != since_point::kind::now) attached.has_base = attached.has_lost = false;
  start.offset = attached.at.next - 1;
  return start;
}

bool hub::is_needed(const local_topic& topic) const {
  return !topic.cursors.empty() || std::ranges::any_of(watches_, [&](const auto& watched) {
    return watched.second.pattern.fits(topic.name);
  }) || std::ranges::any_of(requests_, [&](const request& waiting) {
    return waiting.asked.topic == topic.name;
  });
}

void hub::leave_if_unneeded(const std::string& name) {
  const auto found = topics_.find(name);
  if (found == topics_.end() || is_needed(*found->second)) return;
  const std::string left = name;  // may be a part of what is erased
  topics_.erase(found);
  at_home([left, to = from_home_](exchange& home) { home.leave(left, *to); });
}

void hub::unwatch_if_unneeded(const std::string& pattern) {
  const auto found = watches_.find(pattern);
  if (found == watches_.end() || !found->second.subscribers.empty()) return;
  if (std::ranges::any_of(requests_,
                          [&](const request& waiting) { return waiting.asked.topic == pattern; })) {
    return;
  }
  const topic_pattern left = found->second.pattern;
  watches_.erase(found);
  at_home([left, to = from_home_](exchange& home) { home.unwatch(left, *to); });
  std::vector<std::string> fitting;
  for (const auto& [name, topic] : topics_) {
    if (left.fits(name)) fitting.push_back(name);
  }
  for (const std::string& name : fitting) leave_if_unneeded(name);
}

void hub::cancel(std::uint64_t number) {
  const auto found = std::ranges::find(requests_, number, &request::number);
  if (found == requests_.end()) return;
  const request cancelled = std::move(*found);
  requests_.erase(found);
  --cancelled.from->memberships_->pending_count_;
  unwatch_if_unneeded(cancelled.asked.topic);
  leave_if_unneeded(cancelled.asked.topic);
  tidy(*cancelled.from);
}

void hub::forget(memberships& own) {
  std::vector<std::string> names;
  for (auto at = requests_.begin(); own.pending_count_ != 0 && at != requests_.end();) {
    if (at->from != &own.self_) {
      ++at;
      continue;
    }
    names.push_back(at->asked.topic);
    at = requests_.erase(at);
  }
  while (!own.places_.empty()) {
    local_topic& topic = *own.places_.back().topic;
    remove_cursor(own, own.places_.back());
    if (topic.cursors.empty()) names.push_back(topic.name);
  }
  for (const subscription& one : own.subscriptions_) {
    if (!one.pattern.is_wildcard()) continue;
    std::erase(watches_.find(one.pattern.text())->second.subscribers, &own);
    names.push_back(one.pattern.text());
  }
  for (const std::string& name : names) {
    unwatch_if_unneeded(name);
    leave_if_unneeded(name);
  }
}

}  // namespace sidewire::pubsub
