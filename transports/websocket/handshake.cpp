#include "transports/websocket/handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/header_text.hpp"
#include "transports/websocket/extensions.hpp"

namespace sidewire::websocket {
namespace {

constexpr std::string_view bearer_prefix = "bearer.";

using base::is_alphanumeric;
using base::same_text;
using base::take_element;

bool is_token_list(std::string_view list) noexcept {
  for (auto element = take_element(list); !element.empty(); element = take_element(list)) {
    if (!base::is_token(element)) return false;
  }
  return true;
}

}  // namespace

upgrade_verdict judge_upgrade(const upgrade_request& request) noexcept {
  if (request.method != "GET") return {405, "a WebSocket handshake is a GET request"};
  if (request.http_version < 11) return {400, "a WebSocket handshake needs HTTP/1.1"};
  if (!list_contains(request.upgrade, "websocket")) return {400, "Upgrade must name websocket"};
  if (!list_contains(request.connection, "upgrade")) return {400, "Connection must name Upgrade"};
  if (request.version != supported_version) return {426, "Sec-WebSocket-Version must be 13"};
  if (!is_valid_key(request.key)) return {400, "Sec-WebSocket-Key must be 16 bytes in base64"};
  if (!is_token_list(request.subprotocols)) {
    return {400, "Sec-WebSocket-Protocol must be a list of tokens"};
  }
  if (!parse_extensions(request.extensions)) {
    return {400, "Sec-WebSocket-Extensions is malformed"};
  }
  return {101, {}};
}

bool is_valid_key(std::string_view key) noexcept {
  constexpr std::size_t digits = 22;  // 16 bytes: 21 digits of 6 bits and one with 2 of its 6
  return key.size() == digits + 2 && key.ends_with("==") &&
         std::all_of(key.begin(), key.begin() + digits,
                     [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

std::string accept_key(std::string_view key) {
  std::string text{key};
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  constexpr std::size_t encoded_bytes = (SHA_DIGEST_LENGTH + 2) / 3 * 4;
  unsigned char encoded[encoded_bytes + 1];  // EVP_EncodeBlock ends it with a zero
  EVP_EncodeBlock(encoded, digest, SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded), encoded_bytes};
}

bool list_contains(std::string_view list, std::string_view token) noexcept {
  for (auto element = take_element(list); !element.empty(); element = take_element(list)) {
    if (same_text(element, token)) return true;
  }
  return false;
}

std::string_view select_subprotocol(std::string_view offered) noexcept {
  for (auto name = take_element(offered); !name.empty(); name = take_element(offered)) {
    for (const auto known :
         {plain_subprotocol, json_session_subprotocol, msgpack_session_subprotocol}) {
      if (name == known) return known;
    }
  }
  return {};
}

std::optional<std::string_view> bearer_token(std::string_view offered) noexcept {
  for (auto name = take_element(offered); !name.empty(); name = take_element(offered)) {
    if (name.starts_with(bearer_prefix)) return name.substr(bearer_prefix.size());
  }
  return std::nullopt;
}

}  // namespace sidewire::websocket
