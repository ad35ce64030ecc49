#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "client/link.hpp"

namespace sidewire::client {

/// What goes up in one POST (protocol, section 5).
struct envelope {
  std::uint64_t first = 0;  ///< the number of the first counted message; 0: there is none
  std::vector<shared_message> messages = {};
  std::uint64_t received = 0;
};

/// An envelope's size without its messages, at most.
inline constexpr std::size_t envelope_bytes = 96;
/// What a message adds to that: MessagePack travels as base64.
std::size_t carried_bytes(const outgoing_message& message);
std::string write_envelope(const envelope& given);

/// A message that came in an envelope or as an event, ready to be read.
struct carried_message {
  base::buffer text;  ///< with its padding
  format written_as = format::json;
};

/// Nothing where it is no base64.
std::optional<carried_message> unwrap_msgpack(std::string_view base64);
carried_message unwrap_json(std::string_view text);

/// What comes down as the answer to a poll, and in part as that to a POST.
struct received_envelope {
  std::optional<std::uint64_t> first;
  std::vector<carried_message> messages;
  std::optional<std::uint64_t> received;
};

/// On failure: `parse_error`.
result<received_envelope> read_envelope(std::string_view text);

}  // namespace sidewire::client
