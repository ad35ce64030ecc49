#include <utility>

#include "client/subscription_table.hpp"
#include "client/topic_messages.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "pubsub/merge_patch.hpp"
#include "pubsub/publication.hpp"

/// What the server tells subscriptions.
namespace sidewire::client {

namespace {

template <class Params>
std::optional<Params> read(const std::optional<codec::value>& from) {
  Params params;
  if (!from || !codec::decode(*from, describe<Params>(), &params)) return {};
  return params;
}

/// What was published, without the protocol's `_meta`; as JSON where patches are to be applied.
std::shared_ptr<const json> published(json_view params, topic_delta delta) {
  auto value = pubsub::params_of_publication(params);
  if (delta == topic_delta::whole || value->written_as() == format::json) return value;
  base::buffer transcoded;
  codec::encode(transcoded, format::json, json_view{*value});
  return std::make_shared<const json>(std::string{transcoded.view()});
}

error why_closed(const std::string& reason) {
  const auto kind = reason == "forbidden" ? error_kind::forbidden
                    : reason == "slow"    ? error_kind::limit_exceeded
                                          : error_kind::unavailable;
  return error{kind, "the server ended the subscription: " + reason};
}

}  // namespace

bool subscription_table::take(const codec::incoming& notification) {
  if (entries_.empty()) return false;
  if (notification.method == "topic.lagged") {
    take_lagged(notification);
    return true;
  }
  if (notification.method == "topic.closed") {
    take_closed(notification);
    return true;
  }
  return take_publication(notification);
}

/// The narrowest that fits: it is the one that the server sends a publication under.
subscription_table::shared_entry subscription_table::find(std::string_view topic) const {
  shared_entry found;
  for (const auto& [number, entry] : entries_) {
    if (!entry->pattern.fits(topic)) continue;
    if (!found || pubsub::is_narrower(entry->pattern, found->pattern)) found = entry;
  }
  return found;
}

bool subscription_table::take_publication(const codec::incoming& notification) {
  if (!notification.params) return false;
  const auto mark = read<publication_mark>(codec::find_member(*notification.params, "_meta"));
  if (!mark) return false;
  const shared_entry to = find(mark->topic);
  if (!to) return false;
  if (!to->is_active) return true;  // of a subscription before this one

  progress& has = to->topics[mark->topic];
  if (mark->epoch && *mark->epoch != has.at.epoch) has = {.at = {*mark->epoch, 0}};
  if (mark->offset <= has.at.offset) return true;

  const bool is_patch = mark->delta.has_value();
  const bool fits = !is_patch || (has.value && mark->delta->base == has.at.offset);
  const std::uint64_t before = std::exchange(has.at.offset, mark->offset);
  auto value = published(notification.params->view(), to->options.delta);
  if (is_patch && fits) {
    value = std::make_shared<const json>(pubsub::apply_merge_patch(*has.value, *value));
  }
  if (!fits) {
    has.value.reset();
    if (to->options.on_gap) {
      to->options.on_gap({mark->topic, mark->offset - before, before + 1, mark->offset});
    }
    return true;
  }
  if (to->options.delta == topic_delta::patches) has.value = value;
  to->on_event({.topic = mark->topic,
                .epoch = has.at.epoch,
                .offset = mark->offset,
                .method = notification.method,
                .params = *value});
  return true;
}

void subscription_table::take_lagged(const codec::incoming& notification) {
  const auto told = read<lagged_params>(notification.params);
  const shared_entry to = told ? find(told->topic) : nullptr;
  if (!to || !to->is_active) return;
  progress& has = to->topics[told->topic];
  if (told->epoch) {
    has = {.at = {*told->epoch, 0}};
  } else if (told->to && *told->to > has.at.offset) {
    has.at.offset = *told->to;
    has.value.reset();
  } else {
    return;
  }
  if (to->options.on_gap) to->options.on_gap({told->topic, told->missed, told->from, told->to});
}

void subscription_table::take_closed(const codec::incoming& notification) {
  const auto told = read<closed_params>(notification.params);
  if (!told) return;
  for (const auto& [number, entry] : entries_) {
    if (entry->pattern.text() != told->topic) continue;
    if (entry->is_active) drop(number, told->topic, why_closed(told->reason));
    return;
  }
  const shared_entry to = find(told->topic);
  if (!to || !to->is_active) return;
  to->topics.erase(told->topic);
  if (to->options.on_closed) to->options.on_closed(told->topic, why_closed(told->reason));
}

}  // namespace sidewire::client
