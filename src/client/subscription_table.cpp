#include "client/subscription_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/decode.hpp"
#include "codec/encode.hpp"

namespace sidewire::client {

namespace {

template <class Params>
json written(const Params& params) {
  base::buffer out;
  codec::encode(out, format::json, params);
  return json{std::string{out.view()}};
}

pubsub::slow_policy_name name_of(slow_subscription policy) {
  switch (policy) {
    case slow_subscription::drop_oldest:
      return pubsub::slow_policy_name::dropOldest;
    case slow_subscription::latest:
      return pubsub::slow_policy_name::latest;
    case slow_subscription::disconnect:
      break;
  }
  return pubsub::slow_policy_name::disconnect;
}

pubsub::topic_position position(const topic_position& at) {
  return {.epoch = at.epoch, .offset = at.offset};
}

/// Nothing for what is the server's default.
std::optional<json> since_of(const std::variant<topic_start, topic_position>& asked) {
  if (const auto* at = std::get_if<topic_position>(&asked)) return written(position(*at));
  if (std::get<topic_start>(asked) == topic_start::first) return json{R"("first")"};
  return {};
}

pubsub::subscribe_params params_of(std::string topic, const subscribe_options& options) {
  pubsub::subscribe_params params;
  params.topic = std::move(topic);
  if (options.policy) params.policy = name_of(*options.policy);
  params.buffer = options.buffer;
  if (options.delta == topic_delta::patches) params.delta = true;
  return params;
}

/// Where the topics of a subscription begin: its own, or of a pattern all that fit so far.
std::vector<pubsub::subscribed_topic> topics_of(json_view answer) {
  pubsub::subscribe_result told;
  if (!codec::decode(answer, describe<pubsub::subscribe_result>(), &told)) return {};
  if (told.topics) return std::move(*told.topics);
  if (!told.epoch || !told.offset) return {};
  pubsub::subscribed_topic one;
  one.topic = told.topic;
  one.epoch = *told.epoch;
  one.offset = *told.offset;
  one.recovered = told.recovered;
  one.missed = told.missed;
  return {one};
}

}  // namespace

void subscription_table::add(id wanted, std::string topic, subscribe_options options,
                             event_handler on_event, answered done) {
  if (const auto problem = pubsub::problem_of_topic_pattern(topic)) {
    return done(error{error_kind::invalid_params, *problem});
  }
  const bool is_known = std::ranges::any_of(
      entries_, [&topic](const auto& known) { return known.second->pattern.text() == topic; });
  if (is_known) {
    return done(error{error_kind::conflict, "this client subscribes to " + topic + " already"});
  }
  auto made = std::make_shared<entry>(entry{.pattern = pubsub::topic_pattern{std::move(topic)},
                                            .options = std::move(options),
                                            .on_event = std::move(on_event),
                                            .done = std::move(done)});
  entries_.emplace(wanted, std::move(made));
  ask(wanted);
}

void subscription_table::remove(id ended) {
  const auto found = entries_.find(ended);
  if (found == entries_.end()) return;
  const pubsub::unsubscribe_params params{found->second->pattern.text()};
  found->second->is_active = false;
  entries_.erase(found);
  call_("topic.unsubscribe", written(params), [](const result<json>&) {});
}

void subscription_table::renew() {
  std::vector<id> known;
  for (const auto& [number, entry] : entries_) known.push_back(number);
  for (const id number : known) ask(number);
}

void subscription_table::close(const error& reason) {
  const auto ended = std::exchange(entries_, {});
  for (const auto& [number, entry] : ended) {
    entry->is_active = false;
    if (const auto done = std::exchange(entry->done, nullptr)) done(reason);
  }
}

void subscription_table::ask(id asked) {
  entry& asking = *entries_.at(asked);
  pubsub::subscribe_params params = params_of(asking.pattern.text(), asking.options);
  if (asking.topics.empty()) {
    params.since = since_of(asking.options.since);
  } else if (!asking.pattern.is_wildcard()) {
    params.since = written(position(asking.topics.begin()->second.at));
  } else {
    std::map<std::string, pubsub::topic_position> places;
    for (const auto& [topic, has] : asking.topics) places.emplace(topic, position(has.at));
    params.since = written(places);
  }
  const std::uint64_t count = ++asking.asked_count;
  call_("topic.subscribe", written(params),
        [this, asked, count](const result<json>& answer) { take_answer(asked, count, answer); });
}

void subscription_table::take_answer(id asked, std::uint64_t count, const result<json>& answer) {
  const auto found = entries_.find(asked);
  if (found == entries_.end() || found->second->asked_count != count) return;
  if (!answer) {
    // Lost with its session, it is asked again in the next.
    if (answer.error().kind() == error_kind::outcome_unknown) return;
    return drop(asked, found->second->pattern.text(), answer.error());
  }
  const shared_entry begun = found->second;
  begun->is_active = true;
  for (const pubsub::subscribed_topic& one : topics_of(*answer)) {
    if (begun->is_active) begin(*begun, one);
  }
  if (const auto done = std::exchange(begun->done, nullptr)) done({});
}

void subscription_table::begin(entry& begun, const pubsub::subscribed_topic& told) {
  auto found = begun.topics.find(told.topic);
  if (found == begun.topics.end()) {
    found = begun.topics.emplace(told.topic, progress{}).first;
    if (const auto* since = std::get_if<topic_position>(&begun.options.since)) {
      found->second.at = *since;
    }
  }
  progress& has = found->second;
  const std::uint64_t last = has.at.offset;
  const bool is_other_store = has.at.epoch != told.epoch;
  topic_gap gap{.topic = told.topic};
  if (is_other_store) {
    has = {.at = {told.epoch, told.offset}};
  } else {
    has.at.offset = std::max(last, told.offset);
    gap.missed = told.missed;
    if (told.offset > last) {
      gap.from = last + 1;
      gap.to = told.offset;
    }
  }
  const bool is_gap = !told.recovered && (is_other_store || told.missed != 0);
  if (is_gap && begun.options.on_gap) begun.options.on_gap(gap);
}

void subscription_table::drop(id ended, std::string_view topic, const error& reason) {
  const auto found = entries_.extract(ended);
  entry& dropped = *found.mapped();
  dropped.is_active = false;
  if (dropped.done) {
    dropped.done(reason);
  } else if (dropped.options.on_closed) {
    dropped.options.on_closed(topic, reason);
  }
}

}  // namespace sidewire::client
