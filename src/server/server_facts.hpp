#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "transports/net/endpoint.hpp"

namespace sidewire::server {

/// What an application needs to find its sidecar (section 12 of the protocol): the ready line, the
/// announce files, the launched user interface and the banner are all made of it. A plain value.
struct server_facts {
  std::string instance;
  /// The base address, `http://127.0.0.1:49843`; empty where only Unix sockets listen.
  std::string url;
  /// The address for a WebSocket; empty with `url`.
  std::string ws;
  /// 0 with an empty `url`.
  std::uint16_t port = 0;
  /// A Unix socket's path; empty where none listens.
  std::string unix_path;
  /// Of a self-signed certificate, as OpenSSL prints it; else empty.
  std::string fingerprint;
  /// Empty without authentication.
  std::string token;
};

enum class url_security : std::uint8_t { plain, tls };

/// The address by which this machine reaches what really listens (ports already chosen): of several
/// the first, and of a wildcard its loopback address. Fills `url`, `ws`, `port` and `unix_path`.
server_facts facts_of(std::span<const net::endpoint> listening, url_security security);

/// Whether the token of the launch may be told: not on standard output where the parent gave it.
enum class token_telling : std::uint8_t { with_token, without_token };

/// `{"event":"ready",…}` on one line, without a line feed.
std::string ready_json(const server_facts& facts, token_telling telling);

}  // namespace sidewire::server
