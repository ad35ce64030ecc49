#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <sidewire/error.hpp>
#include <sidewire/json.hpp>
#include <sidewire/principal.hpp>
#include <string>
#include <string_view>

#include "transports/http/request_head.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

enum class action : std::uint8_t {
  refuse,     ///< with `status` and `text`
  preflight,  ///< 204 for CORS
  health,
  readiness,
  openrpc,
  call,     ///< POST /rpc: `written_as`, `who`
  upgrade,  ///< to WebSocket: `who` and `credentials`
};

/// Whether the token that came with an upgrade was right; the handshake is completed either way,
/// since a browser cannot see its status.
enum class credentials : std::uint8_t { absent, good, wrong };

/// What is to be done with a request, decided from its head alone.
struct decision {
  action what = action::refuse;
  unsigned status = 0;
  std::string text = {};
  std::string_view allow = {};  ///< 405: the methods that there are
  format written_as = format::json;
  std::shared_ptr<const principal> who = {};
  credentials proof = credentials::absent;
  /// The origin is on the list, so that its page may read the answer.
  bool allows_origin = false;
};

/// Host and Origin first, then a preflight, the health pages, the token, path, method and media
/// type, in this order. `connection`: full when the server has as many as it may.
decision decide(const site& where, const request_head& head, security::stream_kind stream);

}  // namespace sidewire::http
