#include "transports/http/route.hpp"

#include <optional>
#include <utility>

#include "base/header_text.hpp"
#include "rest/plan.hpp"
#include "rest/route.hpp"
#include "transports/http/response.hpp"
#include "transports/http/session_request.hpp"
#include "transports/websocket/handshake.hpp"

namespace sidewire::http {

namespace {

decision refuse(unsigned status, std::string text, std::string_view allow = {}) {
  return {.what = action::refuse, .status = status, .text = std::move(text), .allow = allow};
}

bool wants_upgrade(const request_head& head) {
  return websocket::list_contains(head.upgrade, "websocket");
}

/// A document that is read by GET; nothing where there is none at the path.
std::optional<action> document_at(std::string_view path) {
  if (path == "/openrpc.json") return action::openrpc;
  if (path == "/openapi.json") return action::openapi;
  if (path == "/metrics") return action::metrics;
  return std::nullopt;
}

/// The token that a request brings, wherever; nothing where it brings none.
std::optional<std::string> token_of(const request_head& head) {
  if (head.authorization) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view value{*head.authorization};
    if (!base::same_text(value.substr(0, scheme.size()), scheme)) return std::string{};
    return std::string{value.substr(scheme.size())};
  }
  return query_member(head.query, "access_token");
}

/// Nothing where the server's policy has it on.
std::optional<decision> refuse_if_off(const site& where, negotiate::transport which) {
  if (where.transports.allows(which)) return std::nullopt;
  return refuse(403, "the transport " + std::string{negotiate::name_of(which)} +
                         " is turned off here (--transport)");
}

decision decide_upgrade(const site& where, const request_head& head) {
  const std::string_view path = path_of(where, head);
  if (path != "/rpc" && path != "/") {
    return refuse(404, "WebSocket is spoken at /rpc");
  }
  const auto verdict = websocket::judge_upgrade({.method = head.method,
                                                 .http_version = head.version,
                                                 .upgrade = head.upgrade,
                                                 .connection = head.connection,
                                                 .version = head.websocket_version,
                                                 .key = head.websocket_key,
                                                 .subprotocols = head.websocket_protocol,
                                                 .extensions = head.websocket_extensions});
  if (!verdict.accepted()) {
    return refuse(verdict.status, std::string{verdict.text}, verdict.status == 405 ? "GET" : "");
  }
  if (head.has_body) return refuse(400, "a WebSocket handshake has no body");
  if (auto off = refuse_if_off(where, negotiate::transport::websocket)) return *std::move(off);
  decision made{.what = action::upgrade, .who = where.everybody};
  if (where.everybody) return made;
  auto token = token_of(head);
  if (!token) {
    if (const auto offered = websocket::bearer_token(head.websocket_protocol)) token = *offered;
  }
  if (!token) return made;
  auto who = where.tokens.authenticate(*token);
  made.proof = who ? credentials::good : credentials::wrong;
  if (who) made.who = std::move(*who);
  return made;
}

/// The media type of a body, without its parameters.
std::string_view bare_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return content_type;
}

decision decide_rest(const site& where, const request_head& head, std::string_view path,
                     std::shared_ptr<const principal> who) {
  if (!path.starts_with(rest::path_prefix)) return refuse(404, "no such path");
  const rest::request_line asked{.method = head.method,
                                 .path = path,
                                 .query = head.query,
                                 .content_type = head.content_type,
                                 .has_body = head.has_body,
                                 .last_event_id = head.last_event_id};
  auto plan =
      std::make_shared<const rest::plan>(rest::make_plan(where.dispatcher.shared().methods, asked));
  return {.what = rest::takes_body(*plan) ? action::rest_body : action::rest,
          .who = std::move(who),
          .rest_plan = std::move(plan)};
}

/// GET /rpc: a session's messages down, by events or by poll.
decision decide_stream(const site& where, const request_head& head,
                       std::shared_ptr<const principal> who) {
  using negotiate::transport;
  if (query_member(head.query, "poll")) {
    if (auto off = refuse_if_off(where, transport::poll)) return *std::move(off);
    return {.what = action::poll, .who = std::move(who)};
  }
  if (accepts_type(head.accept, media_type::event_stream)) {
    if (auto off = refuse_if_off(where, transport::sse)) return *std::move(off);
    return {.what = action::events, .who = std::move(who)};
  }
  return refuse(406, "GET /rpc is for WebSocket, Accept: text/event-stream, or ?poll=SECONDS");
}

/// POST /rpc: a session's messages up, or one message by itself.
decision decide_post(const site& where, const request_head& head,
                     std::shared_ptr<const principal> who) {
  decision made{.what = action::call, .who = std::move(who)};
  const bool is_upload = !session_token(head).empty();
  if (!is_upload) {
    if (auto off = refuse_if_off(where, negotiate::transport::post)) return *std::move(off);
  }
  if (is_upload) {
    made.what = action::upload;
  } else if (accepts_type(head.accept, media_type::event_stream)) {
    made.what = action::call_stream;
  }
  const std::string_view type = bare_type(head.content_type);
  if (base::same_text(type, media_type::json)) return made;
  if (is_upload) return refuse(415, "expected Content-Type application/json");
  made.written_as = format::msgpack;
  if (base::same_text(type, media_type::msgpack)) return made;
  return refuse(415, "expected Content-Type application/json or application/msgpack");
}

decision decide_rpc(const site& where, const request_head& head,
                    std::shared_ptr<const principal> who) {
  if (head.method == "GET") return decide_stream(where, head, std::move(who));
  if (head.method == "POST") return decide_post(where, head, std::move(who));
  if (head.method != "DELETE") {
    return refuse(405, "expected GET, POST or DELETE", "DELETE, GET, POST");
  }
  if (session_token(head).empty()) return refuse(400, "expected Sidewire-Session");
  return {.what = action::end_session, .who = std::move(who)};
}

decision decide_negotiate(const request_head& head) {
  if (head.method != "POST") return refuse(405, "expected POST", "POST");
  if (head.has_body && !base::same_text(bare_type(head.content_type), media_type::json)) {
    return refuse(415, "expected Content-Type application/json");
  }
  return {.what = action::negotiate};
}

decision decide_path(const site& where, const request_head& head) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  const std::string_view path = path_of(where, head);
  if (path == "/healthz" || path == "/readyz") {
    if (!reads) return refuse(405, "expected GET", "GET, HEAD");
    return {.what = path == "/healthz" ? action::health : action::readiness};
  }
  if (const console::file* const found = console::find_file(path)) {
    if (!reads) return refuse(405, "expected GET", "GET, HEAD");
    return {.what = action::console_file, .page_file = found};
  }
  std::shared_ptr<const principal> who = where.everybody;
  if (!who) {
    const auto token = token_of(head);
    if (!token) return refuse(401, "expected a token: Authorization: Bearer TOKEN");
    auto known = where.tokens.authenticate(*token);
    if (!known) return refuse(401, "the token is wrong");
    who = std::move(*known);
  }
  if (is_rest_path(path)) return decide_rest(where, head, path, std::move(who));
  if (path == "/rpc") return decide_rpc(where, head, std::move(who));
  if (path == "/rpc/negotiate") return decide_negotiate(head);
  const auto document = document_at(path);
  if (!document) return refuse(404, "no such path; calls go to POST /rpc");
  if (!reads) return refuse(405, "expected GET", "GET, HEAD");
  return {.what = *document};
}

}  // namespace

std::string_view path_of(const site& where, const request_head& head) noexcept {
  std::string_view path = head.path;
  if (!path.starts_with(where.base_path)) return path;
  path.remove_prefix(where.base_path.size());
  if (path.empty()) return "/";
  return path.starts_with('/') ? path : std::string_view{head.path};
}

bool is_rest_path(std::string_view path) noexcept {
  return path.starts_with("/api/");
}

decision decide(const site& where, const request_head& head, security::stream_kind stream) {
  using version = security::request_facts::http_version;
  const security::request_facts facts{
      .host = head.host,
      .origin = head.origin,
      .version = head.version == 10 ? version::http_1_0 : version::http_1_1,
      .stream = stream};
  if (auto refusal = where.origins.refusal(facts)) return refuse(403, std::move(*refusal));
  decision made = [&]() -> decision {
    if (head.method == "OPTIONS" && head.origin && head.asks_preflight) {
      return {.what = action::preflight};
    }
    return wants_upgrade(head) ? decide_upgrade(where, head) : decide_path(where, head);
  }();
  made.allows_origin = head.origin.has_value();
  return made;
}

}  // namespace sidewire::http
