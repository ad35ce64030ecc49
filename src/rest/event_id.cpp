#include "rest/event_id.hpp"

#include <charconv>
#include <utility>

#include "rest/query.hpp"

namespace sidewire::rest {

std::string event_id(const pubsub::position& where) {
  return where.epoch + ":" + std::to_string(where.offset);
}

std::optional<pubsub::position> read_event_id(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  pubsub::position where{.epoch = std::string{text.substr(0, colon)}};
  const std::string_view digits = text.substr(colon + 1);
  const char* const end = digits.data() + digits.size();
  const auto [stop, failed] = std::from_chars(digits.data(), end, where.offset);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return where;
}

std::string event_id(const positions& by_topic) {
  std::string id;
  for (const auto& [topic, where] : by_topic) {
    if (where.epoch.empty()) continue;
    if (!id.empty()) id += ',';
    id += event_id(where) + ":" + percent_encoded(topic);
    if (id.size() > max_event_id_bytes) return {};
  }
  return id;
}

std::optional<positions> read_event_ids(std::string_view text) {
  positions by_topic;
  while (!text.empty()) {
    const std::string_view one = take_front(text, ',');
    const std::size_t colon = one.rfind(':');
    if (colon == one.npos) return std::nullopt;
    auto where = read_event_id(one.substr(0, colon));
    auto topic = percent_decoded(one.substr(colon + 1), plus_sign::plus);
    if (!where || !topic || topic->empty()) return std::nullopt;
    by_topic.insert_or_assign(*std::move(topic), *std::move(where));
  }
  return by_topic;
}

}  // namespace sidewire::rest
