#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/compression.hpp"
#include "base/deflate.hpp"
#include "transports/net/peer_address.hpp"

namespace sidewire::websocket {

/// Whether a message is compressed with what those before it held, or alone.
enum class deflate_context : std::uint8_t { kept, reset };

/// What both sides of a connection agreed on about permessage-deflate (RFC 7692, 7). A value.
struct deflate_terms {
  std::uint8_t server_window_bits = base::max_window_bits;  ///< of what the server sends
  std::uint8_t client_window_bits = base::max_window_bits;  ///< of what the client sends
  deflate_context server_context = deflate_context::kept;
  deflate_context client_context = deflate_context::kept;
  /// Whether the answer may name `client_max_window_bits`: only to a client that did.
  bool client_bits_offered = false;

  friend bool operator==(const deflate_terms&, const deflate_terms&) = default;
};

/// The largest windows that the server agrees to.
struct deflate_policy {
  std::uint8_t max_server_window_bits;
  std::uint8_t max_client_window_bits;
};

/// 4 KiB each: a connection with both contexts costs about 50 KB instead of 300, and JSON
/// compresses nearly as well.
inline constexpr deflate_policy small_windows{.max_server_window_bits = 12,
                                              .max_client_window_bits = 12};

/// Whether messages to and from `peer` are worth it.
bool is_worth_compressing(base::compression when, const net::peer_address& peer) noexcept;

/// What the first acceptable offer in `Sec-WebSocket-Extensions` leads to; nothing where there is
/// none. An offer is declined that has a parameter which is unknown, comes twice or has no possible
/// value (RFC 7692, 7.1), and one of a server window of 8 bits, which zlib cannot write.
std::optional<deflate_terms> agree_on_deflate(std::string_view extensions, deflate_policy policy);

/// The answer's `Sec-WebSocket-Extensions`.
std::string deflate_answer(const deflate_terms& agreed);

}  // namespace sidewire::websocket
