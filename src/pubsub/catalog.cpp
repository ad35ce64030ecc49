#include "pubsub/catalog.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sidewire::pubsub {

namespace {

constexpr std::array<std::string_view, 6> reserved_events{"session.", "topic.",  "rpc.",
                                                          "auth.",    "system.", "$/"};

[[noreturn]] void refuse(const std::string& topic, const std::string& why) {
  throw std::invalid_argument{"the topic \"" + topic + "\": " + why};
}

void check_events(const topic_options& declared) {
  if (declared.events.empty()) refuse(declared.name, "it needs at least one event method");
  for (const std::string& event : declared.events) {
    if (event.empty()) refuse(declared.name, "an event method needs a name");
    for (const std::string_view prefix : reserved_events) {
      if (!event.starts_with(prefix)) continue;
      refuse(declared.name, "the event method \"" + event +
                                "\" is reserved: names that begin with \"" + std::string{prefix} +
                                "\" are the server's");
    }
    if (std::ranges::count(declared.events, event) > 1) {
      refuse(declared.name, "the event method \"" + event + "\" is there twice");
    }
  }
}

bool has_scope(const principal& who, std::string_view scope) noexcept {
  return scope.empty() || std::ranges::any_of(who.scopes, [scope](const std::string& held) {
           return held == scope || held == "admin";
         });
}

}  // namespace

void catalog::add(topic_options declared) {
  if (auto problem = problem_of_topic_pattern(declared.name)) refuse(declared.name, *problem);
  if (std::ranges::find(declared_, declared.name, &topic_options::name) != declared_.end()) {
    refuse(declared.name, "the name is taken");
  }
  check_events(declared);
  const topic_options& kept = declared_.emplace_back(std::move(declared));
  topic_pattern pattern{kept.name};
  if (pattern.is_wildcard()) {
    patterns_.push_back({std::move(pattern), &kept});
  } else {
    exact_.emplace(kept.name, &kept);
  }
}

const topic_options* catalog::find(std::string_view topic) const noexcept {
  if (const auto found = exact_.find(topic); found != exact_.end()) return found->second;
  const declared_pattern* best = nullptr;
  for (const declared_pattern& candidate : patterns_) {
    if (!candidate.pattern.fits(topic)) continue;
    if (best == nullptr || is_narrower(candidate.pattern, best->pattern)) best = &candidate;
  }
  return best == nullptr ? nullptr : best->options;
}

bool has_event(const topic_options& topic, std::string_view event) noexcept {
  return std::ranges::find(topic.events, event) != topic.events.end();
}

bool may_subscribe(const principal& who, const topic_options& topic) noexcept {
  return has_scope(who, topic.subscribe_scope);
}

bool may_publish(const principal& who, const topic_options& topic) noexcept {
  return topic.publish_scope && has_scope(who, *topic.publish_scope);
}

}  // namespace sidewire::pubsub
