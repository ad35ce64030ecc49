#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/origin_pattern.hpp"

/// Who may speak to a server on this machine, judged from the two headers that a page cannot forge:
/// `Host` stops DNS rebinding, `Origin` stops every page of the web that knows the port. The first
/// judgement on a request, before its token. Section 11 of the protocol.
namespace sidewire::security {

/// Whether pages of any `http(s)` server on this machine may come: development servers. Only where
/// they also need a token.
enum class loopback_pages : std::uint8_t { refused, allowed };

struct origin_rules {
  std::vector<origin_pattern> allow_origins;
  /// Names and addresses that `Host` may have beside those of loopback, without a port; an IPv6
  /// address has brackets. `*.example.com` is every name below.
  std::vector<std::string> allow_hosts;
  loopback_pages loopback = loopback_pages::refused;
};

/// What a connection is: which `Host` it must show and what the scheme of its own origin is.
enum class stream_kind : std::uint8_t { tcp, tls, unix_socket };

/// The facts of a request. They refer to the request's own bytes. An HTTP version before 1.1 needs
/// no `Host`.
struct request_facts {
  std::optional<std::string_view> host;
  std::optional<std::string_view> origin;
  enum class http_version : std::uint8_t { http_1_0, http_1_1 } version = http_version::http_1_1;
  stream_kind stream = stream_kind::tcp;
};

/// Whether `name` may stand in `origin_rules::allow_hosts`.
bool is_host_pattern(std::string_view name) noexcept;

/// The rules at work. Immutable, any thread.
class origin_policy {
 public:
  explicit origin_policy(origin_rules rules);

  /// Nothing where the request may go on; its `Origin`, if it has one, is then a listed one, to be
  /// named in `Access-Control-Allow-Origin`. Else the text of the 403, which names the option that
  /// would have let the request in.
  std::optional<std::string> refusal(const request_facts& request) const;

 private:
  bool is_allowed_host(std::string_view host) const noexcept;
  bool is_allowed_origin(const request_facts& request) const noexcept;

  origin_rules rules_;
};

}  // namespace sidewire::security
