#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidewire::http {

/// What the server looks at of a request's line and headers. Values are without the white space
/// around them; one that came several times is joined with commas (RFC 9110, 5.3).
struct request_head {
  std::string method;
  std::string path;   ///< as it came, without the query
  std::string query;  ///< behind the question mark, undecoded
  unsigned version = 11;
  bool keep_alive = true;
  bool has_body = false;        ///< a body follows, of a length above zero or chunked
  bool body_too_large = false;  ///< its announced length is beyond the bound

  std::optional<std::string> host;
  std::optional<std::string> origin;
  std::optional<std::string> authorization;
  std::string content_type;
  std::string content_encoding;
  std::string accept;
  std::string via;
  std::string accept_encoding;
  std::string expect;
  std::string idempotency_key;
  std::string if_none_match;
  std::string last_event_id;
  std::string session;  ///< Sidewire-Session, a resume token; the others likewise
  std::string received;
  std::string formats;
  std::string requests;
  std::string client;
  std::string upgrade;
  std::string connection;
  std::string websocket_version;
  std::string websocket_key;
  std::string websocket_protocol;
  std::string websocket_extensions;
  bool asks_preflight = false;        ///< Access-Control-Request-Method
  bool asks_private_network = false;  ///< Access-Control-Request-Private-Network
};

/// A percent-decoded member of a query; nothing where it is absent or badly encoded.
std::optional<std::string> query_member(std::string_view query, std::string_view name);

/// Whether a list of media ranges (RFC 9110, 12.5.1) names `type` itself, not only by a wildcard.
bool accepts_type(std::string_view accept, std::string_view type);

}  // namespace sidewire::http
