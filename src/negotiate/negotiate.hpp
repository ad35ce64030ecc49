#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "negotiate/transport.hpp"
#include "session/messages.hpp"

/// Which transport a client should use (protocol, section 6): a pure function of what it offers,
/// what the server allows and what its request shows. Nothing is created by it.
namespace sidewire::negotiate {

/// What the client can do. What it does not say it can.
struct offer {
  std::optional<transport_set> transports = {};
  std::optional<std::vector<session::wire_format>> formats = {};
  std::optional<std::vector<std::string>> compression = {};
  /// What did not work where it is.
  transport_set failed = {};
};

/// What the server allows: its transports, the best first.
struct policy {
  std::vector<transport> order{transport::websocket, transport::sse, transport::poll,
                               transport::post};

  bool allows(transport which) const noexcept {
    return std::ranges::find(order, which) != order.end();
  }
};

/// What the request shows by itself of the way between.
struct request_facts {
  /// It came as HTTP/1.0, or `Via` names such a hop: nothing is upgraded there, and streams are
  /// held back.
  bool has_http_1_0_hop = false;
  /// Its WebSocket messages, and bodies of HTTP, are worth compressing.
  bool compresses_messages = false;
  bool compresses_bodies = false;
};

/// One transport of a selection, and how it may be used.
struct choice {
  transport name = transport::websocket;
  bool has_msgpack = false;
  std::string_view compression = {};  ///< empty: none
};

/// The transports that client and server share, the best first: in the server's order, but those
/// that cannot work over the way between after those that can, and those that failed last.
std::vector<choice> negotiate(const offer& offered, const policy& allowed,
                              const request_facts& facts);

/// Whether a `Via` header (RFC 9110, 7.6.3) names a hop of HTTP/1.0.
bool names_http_1_0(std::string_view via) noexcept;

}  // namespace sidewire::negotiate
