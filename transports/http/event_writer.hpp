#pragma once

#include <cstdint>
#include <optional>
#include <sidewire/json.hpp>
#include <string_view>

#include "base/buffer.hpp"
#include "transports/http/response.hpp"

namespace sidewire::http {

/// Server-Sent Events (HTML Living Standard, 9.2), as bytes.

/// The answer that a stream of events is. Proxies are asked not to hold it back.
response event_stream_head();

/// What such a stream begins with: bytes that proxies with a buffer swallow, and how soon
/// `EventSource` comes back.
void write_stream_begin(base::buffer& out);

/// Says from where a stream can be taken up again, without an event.
void write_event_id(base::buffer& out, std::string_view id);

/// An event; where `type` is empty it is `message`, and without an `id` the last one stays. Line
/// ends within `data` are kept as one each.
void write_event(base::buffer& out, std::string_view type, std::string_view id,
                 std::string_view data);
/// The event of a JSON-RPC message: MessagePack travels as base64 in one of type `msgpack`.
void write_message_event(base::buffer& out, std::optional<std::uint64_t> number, format as,
                         std::string_view message);
/// A comment, which readers pass over: keeps a quiet stream from being taken for a dead one.
void write_keep_alive(base::buffer& out);

}  // namespace sidewire::http
