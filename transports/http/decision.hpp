#pragma once

#include <cstdint>
#include <memory>
#include <sidewire/json.hpp>
#include <sidewire/principal.hpp>
#include <string>
#include <string_view>

#include "console/files.hpp"
#include "rest/plan.hpp"

namespace sidewire::http {

enum class action : std::uint8_t {
  refuse,     ///< with `status` and `text`
  preflight,  ///< 204 for CORS
  health,
  readiness,
  openrpc,
  openapi,
  metrics,
  console_file,  ///< `page_file`
  rest,         ///< `/api/v1/…`: as `rest_plan` says, from the head alone
  rest_body,    ///< the same, with a body
  call,         ///< one-shot `POST /rpc`, answered whole
  call_stream,  ///< the same, answered by events
  events,       ///< a session's event stream
  poll,         ///< a session's long poll
  upload,       ///< a session's messages up
  end_session,
  negotiate,
  upgrade,  ///< to WebSocket
};

/// Whether the token that came with an upgrade was right; the handshake is completed either way,
/// since a browser cannot see its status.
enum class credentials : std::uint8_t { absent, good, wrong };

/// What is to be done with a request, decided from its head alone. A value.
struct decision {
  action what = action::refuse;
  unsigned status = 0;
  std::string text = {};
  std::string_view allow = {};  ///< 405: the methods that there are; static
  format written_as = format::json;
  std::shared_ptr<const principal> who = {};
  credentials proof = credentials::absent;
  std::shared_ptr<const rest::plan> rest_plan = {};
  const console::file* page_file = nullptr;
  /// The origin is on the list, so that its page may read the answer.
  bool allows_origin = false;
};

/// Whether a body is waited for before the request is answered.
constexpr bool takes_body(action what) noexcept {
  return what == action::call || what == action::call_stream || what == action::upload ||
         what == action::negotiate || what == action::rest_body;
}

}  // namespace sidewire::http
