#pragma once

#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/subscription.hpp"
#include "rest/query.hpp"

namespace sidewire::rest {

/// What a topic stream subscribes to: the topic or pattern of its path, the query's `since`
/// (`EPOCH:OFFSET` as an event's id says it, `first` or `new`), `policy`, `buffer` and `delta` as
/// `topic.subscribe` has them, and `Last-Event-ID`, which wins over `since` and is left out where
/// it is empty. invalid_params where one of them is none.
result<pubsub::subscribe_request> read_stream_request(const std::string& topic,
                                                      const std::vector<query_parameter>& query,
                                                      std::string_view last_event_id);

}  // namespace sidewire::rest
