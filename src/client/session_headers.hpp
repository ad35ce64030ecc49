#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "client/connection.hpp"

namespace sidewire::client {

/// What `session.open` says on a WebSocket, as headers of a GET (protocol, section 5).
inline std::vector<std::pair<std::string, std::string>> session_headers(
    const session_opening& how) {
  std::string client = how.client;
  std::ranges::replace_if(
      client, [](char c) { return c < ' ' || c > '~'; }, '_');
  std::vector<std::pair<std::string, std::string>> headers{{"Sidewire-Client", std::move(client)}};
  if (how.written_as == format::msgpack) headers.emplace_back("Sidewire-Formats", "msgpack");
  if (how.takes_requests) headers.emplace_back("Sidewire-Requests", "true");
  if (!how.resume_token.empty()) {
    headers.emplace_back("Sidewire-Session", how.resume_token);
    headers.emplace_back("Sidewire-Received", std::to_string(how.received));
  }
  return headers;
}

}  // namespace sidewire::client
