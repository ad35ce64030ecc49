#include "pubsub/exchange.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace sidewire::pubsub {

exchange::exchange(environment with) : with_{std::move(with)} {
  for (const topic_options& declared : with_.declared.declared.all()) {
    if (!topic_pattern{declared.name}.is_wildcard()) find_or_add(declared.name);
  }
}

exchange::~exchange() = default;

outlet& exchange::add(hub& to, std::function<void(std::function<void()>)> post) {
  return *outlets_.emplace_back(std::make_unique<outlet>(to, std::move(post)));
}

void exchange::end() noexcept {
  has_ended_ = true;
  with_.declared.entry.close();
  topics_.clear();
}

exchange::topic* exchange::find_or_add(const std::string& name) {
  if (const auto found = topics_.find(name); found != topics_.end()) return &found->second;
  const topic_options* declared = with_.declared.declared.find(name);
  if (declared == nullptr || topics_.size() >= with_.bounds.max_topics) return nullptr;
  topic& added = topics_[name];
  added.declared = declared;
  if (declared->rate.min_interval.count() > 0) {
    added.rate = std::make_unique<throttle>(
        declared->rate, with_.bounds, with_.timers, with_.now,
        [this, declared](throttle::item next) { release(*declared, std::move(next)); });
  }
  for (const watch_entry& watched : std::vector{watches_}) {
    if (watched.pattern.fits(name)) join_one(name, added, watched.ticket, *watched.from, {});
  }
  return &added;
}

void exchange::publish(draft what, broker::published done) {
  if (has_ended_) return;
  topic* const target = find_or_add(what.topic);
  if (target == nullptr) {
    return done(error{error_kind::limit_exceeded, "the server has no room for another topic"}.limit(
        "maxTopics"));
  }
  target->was_published = true;
  published_.add();
  throttle::item next{std::move(what), {}};
  next.done.push_back(std::move(done));
  target->rate ? target->rate->take(std::move(next)) : release(*target->declared, std::move(next));
}

void exchange::release(const topic_options& declared, throttle::item next) {
  with_.store.publish(std::move(next.what), declared,
                      [told = std::move(next.done)](const result<position>& where) {
                        for (const broker::published& done : told) done(where);
                      });
}

void exchange::publish_waiting() {
  if (has_ended_) return;
  for (draft& next : with_.declared.entry.take()) {
    const std::string topic = next.topic;
    publish(std::move(next), [this, topic](const result<position>& where) {
      if (where) return;
      with_.log.log(base::log_level::error, "a publication was lost",
                    {{"topic", std::string_view{topic}},
                     {"reason", std::string_view{where.error().message()}}});
    });
  }
}

void exchange::history(const std::string& topic, const std::optional<position>& since,
                       std::size_t limit, broker::read done) {
  if (has_ended_) return;
  with_.store.history(topic, *with_.declared.declared.find(topic), since, limit, std::move(done));
}

void exchange::join(const std::string& name, std::uint64_t ticket, outlet& from) {
  if (has_ended_) return;
  topic* const wanted = find_or_add(name);
  if (wanted == nullptr) {
    return from.send([&to = from.to(), name, ticket] {
      to.on_joined(
          name, ticket,
          error{error_kind::limit_exceeded, "the server has no room for another topic"}.limit(
              "maxTopics"));
    });
  }
  join_one(name, *wanted, ticket, from, {});
}

void exchange::join_one(const std::string& name, topic& wanted, std::uint64_t ticket, outlet& from,
                        std::function<void()> then) {
  const bool was_wanted = !wanted.joined.empty();
  if (std::ranges::find(wanted.joined, &from) == wanted.joined.end()) {
    wanted.joined.push_back(&from);
  }
  with_.store.join(name, *wanted.declared, from,
                   [name, ticket, &from, then = std::move(then)](result<broker::snapshot> done) {
                     from.send([&to = from.to(), name, ticket, done = std::move(done)] {
                       to.on_joined(name, ticket, done);
                     });
                     if (then) then();
                   });
  if (!was_wanted) tell_demand(name, demand::begun);
}

void exchange::leave(const std::string& name, outlet& from) {
  const auto found = topics_.find(name);
  if (has_ended_ || found == topics_.end()) return;
  topic& left = found->second;
  if (std::erase(left.joined, &from) == 0) return;
  with_.store.leave(name, from);
  if (!left.joined.empty()) return;
  remove_if_idle(name);
  tell_demand(name, demand::ended);
}

/// A topic that was published to is known for good, as the broker does; a declared one too.
void exchange::remove_if_idle(const std::string& name) {
  const auto found = topics_.find(name);
  if (found->second.was_published || found->second.declared->name == name) return;
  topics_.erase(found);
}

void exchange::watch(const topic_pattern& pattern, std::uint64_t ticket, outlet& from) {
  if (has_ended_) return;
  watches_.push_back({pattern, ticket, &from});
  std::vector<std::string> fitting;
  for (const auto& [name, known] : topics_) {
    if (pattern.fits(name)) fitting.push_back(name);
  }
  // The last of them to be joined answers; one more stands for what follows when there are none.
  const auto missing = std::make_shared<std::size_t>(fitting.size() + 1);
  const auto one_less = [missing, &from, pattern, ticket] {
    if (--*missing != 0) return;
    from.send([&to = from.to(), pattern, ticket] { to.on_watched(pattern.text(), ticket); });
  };
  for (const std::string& name : fitting) {
    join_one(name, topics_.find(name)->second, ticket, from, one_less);
  }
  one_less();
}

void exchange::unwatch(const topic_pattern& pattern, outlet& from) {
  const auto found = std::ranges::find_if(watches_, [&](const watch_entry& one) {
    return one.from == &from && one.pattern.text() == pattern.text();
  });
  if (found != watches_.end()) watches_.erase(found);
}

void exchange::tell_demand(const std::string& name, demand changed) {
  for (const auto& watcher : with_.declared.watchers) {
    if (!watcher.pattern.fits(name)) continue;
    try {
      watcher.told(name, changed);
    } catch (const std::exception& thrown) {
      with_.log.log(
          base::log_level::error, "who watches the demand for a topic has failed",
          {{"topic", std::string_view{name}}, {"reason", std::string_view{thrown.what()}}});
    }
  }
}

std::vector<known_topic> exchange::known() const {
  std::vector<known_topic> listed;
  for (const auto& [name, known] : topics_) {
    listed.push_back({name, known.declared, !known.joined.empty()});
  }
  std::ranges::sort(listed, {}, &known_topic::name);
  return listed;
}

}  // namespace sidewire::pubsub
