#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "security/authority.hpp"

namespace sidewire::security {

/// A serialized origin (RFC 6454, 6.2), as a browser sends it. Refers to the text it was parsed
/// from.
struct origin {
  std::string_view scheme;
  /// The default port of `http` and `https` is filled in.
  authority where;
};

/// Takes `scheme://host[:port]`; nothing for whatever else, `null` and `file://` included.
std::optional<origin> parse_origin(std::string_view text) noexcept;

/// The front of an `http` or `https` address that is its origin, up to its path.
std::string_view origin_of(std::string_view url) noexcept;

/// What `--allow-origin` says, in one of these forms. Immutable, any thread.
///
///     https://app.example.com      that origin
///     https://*.example.com        every name below, not example.com itself
///     http://localhost:*           any port
///     vscode-webview://*           any host, of a scheme that is neither http nor https
///     null                         sandboxed frames and, in some browsers, files
///     file:                        pages that were opened as files
class origin_pattern {
 public:
  /// Nothing where the text has none of these forms. `*` alone has none: it would let every page on
  /// the web in.
  static std::optional<origin_pattern> parse(std::string_view text);

  /// Whether the value of an `Origin` header is meant.
  bool matches(std::string_view origin_header) const noexcept;

 private:
  enum class kind : std::uint8_t { exact_text, host, hosts_below, any_host };

  origin_pattern() = default;

  kind kind_ = kind::host;
  std::string scheme_;  // or, for `exact_text`, the whole header
  std::string host_;    // or the domain that the hosts are below
  std::optional<std::uint16_t> port_;
  bool any_port_ = false;
};

}  // namespace sidewire::security
