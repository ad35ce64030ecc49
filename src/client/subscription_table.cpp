#include "client/subscription_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "client/topic_messages.hpp"
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

std::string_view name_of(slow_subscription policy) {
  switch (policy) {
    case slow_subscription::drop_oldest:
      return "dropOldest";
    case slow_subscription::latest:
      return "latest";
    case slow_subscription::disconnect:
      return "disconnect";
  }
  return {};
}

/// Nothing for what is the server's default.
std::optional<json> since_of(const std::variant<topic_start, topic_position>& asked) {
  if (const auto* at = std::get_if<topic_position>(&asked)) return written(*at);
  if (std::get<topic_start>(asked) == topic_start::first) return json{R"("first")"};
  return {};
}

subscribe_params params_of(std::string topic, const subscribe_options& options) {
  subscribe_params params;
  params.topic = std::move(topic);
  if (options.policy) params.policy = name_of(*options.policy);
  params.buffer = options.buffer;
  if (options.delta == topic_delta::patches) params.delta = true;
  return params;
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
  const unsubscribe_params params{found->second->pattern.text()};
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
  subscribe_params params = params_of(asking.pattern.text(), asking.options);
  if (asking.topics.empty()) {
    params.since = since_of(asking.options.since);
  } else if (!asking.pattern.is_wildcard()) {
    params.since = written(asking.topics.begin()->second.at);
  } else {
    std::map<std::string, topic_position> places;
    for (const auto& [topic, has] : asking.topics) places.emplace(topic, has.at);
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
  begun_topics told;
  if (begun->pattern.is_wildcard()) {
    if (!codec::decode(*answer, describe<begun_topics>(), &told)) told.topics.clear();
  } else if (begun_topic one; codec::decode(*answer, describe<begun_topic>(), &one)) {
    told.topics.push_back(std::move(one));
  }
  begun->is_active = true;
  for (const begun_topic& one : told.topics) {
    if (begun->is_active) {
      begin(*begun, one.topic, one.epoch, one.offset, one.recovered, one.missed);
    }
  }
  if (const auto done = std::exchange(begun->done, nullptr)) done({});
}

void subscription_table::begin(entry& begun, std::string_view topic, std::string_view epoch,
                               std::uint64_t offset, bool recovered, std::uint64_t missed) {
  auto found = begun.topics.find(topic);
  if (found == begun.topics.end()) {
    found = begun.topics.emplace(std::string{topic}, progress{}).first;
    if (const auto* since = std::get_if<topic_position>(&begun.options.since)) {
      found->second.at = *since;
    }
  }
  progress& has = found->second;
  const std::uint64_t last = has.at.offset;
  const bool is_other_store = has.at.epoch != epoch;
  topic_gap gap{.topic = topic};
  if (is_other_store) {
    has = {.at = {std::string{epoch}, offset}};
  } else {
    has.at.offset = std::max(last, offset);
    gap.missed = missed;
    if (offset > last) {
      gap.from = last + 1;
      gap.to = offset;
    }
  }
  const bool is_gap = !recovered && (is_other_store || missed != 0);
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
