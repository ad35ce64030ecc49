#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "security/origin_policy.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/request_head.hpp"
#include "transports/http/response.hpp"
#include "transports/net/channel.hpp"

namespace sidewire::http {

/// A request that was read on one shard and speaks of a session on another. A value.
struct request_on_its_way {
  request_head head;
  decision made;
  answer_style style;
  std::string body;
  security::stream_kind stream;
};

/// The same with its connection.
struct arriving_request {
  net::departure parts;
  request_on_its_way request;
};
/// Takes it to a shard.
using request_mover = std::function<void(std::size_t shard, arriving_request arriving)>;

}  // namespace sidewire::http
