#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "pubsub/publication.hpp"

/// The `id` of an event of a topic stream, which `Last-Event-ID` brings back: how far the stream
/// has come in every topic of it.
namespace sidewire::rest {

/// Beyond this an id that names many topics is not written: it has to fit into a header.
inline constexpr std::size_t max_event_id_bytes = 4096;

/// `EPOCH:OFFSET`, the id of a stream of one topic.
std::string event_id(const pubsub::position& where);
std::optional<pubsub::position> read_event_id(std::string_view text);

using positions = std::map<std::string, pubsub::position>;

/// `EPOCH:OFFSET:TOPIC,…`, topics percent-encoded: the id of a stream of several topics, but for
/// those whose epoch is not known. Empty where it would be too long.
std::string event_id(const positions& by_topic);
std::optional<positions> read_event_ids(std::string_view text);

}  // namespace sidewire::rest
