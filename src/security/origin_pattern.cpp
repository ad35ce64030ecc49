#include "security/origin_pattern.hpp"

#include <algorithm>

namespace sidewire::security {
namespace {

bool is_scheme(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
  // Schemes, like hosts, are compared without regard to the case of their letters.
  if (same_host(scheme, "http")) return std::uint16_t{80};
  if (same_host(scheme, "https")) return std::uint16_t{443};
  return std::nullopt;
}

/// Cuts `suffix` off the end of `text`; whether it was there.
bool take_suffix(std::string_view& text, std::string_view suffix) noexcept {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

std::optional<origin> parse_origin(std::string_view text) noexcept {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  auto where = parse_authority(text.substr(scheme_end + 3));
  if (!is_scheme(scheme) || !where) return std::nullopt;
  if (!where->port) where->port = default_port(scheme);
  return origin{scheme, *where};
}

std::string_view origin_of(std::string_view url) noexcept {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == url.npos) return url;
  return url.substr(0, url.find('/', scheme_end + 3));
}

std::optional<origin_pattern> origin_pattern::parse(std::string_view text) {
  origin_pattern pattern;
  if (text == "null" || text == "file:" || text == "file://") {
    pattern.kind_ = kind::exact_text;
    pattern.scheme_ = text == "null" ? "null" : "file://";
    return pattern;
  }

  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  if (!is_scheme(scheme)) return std::nullopt;
  pattern.scheme_ = scheme;

  std::string_view where = text.substr(scheme_end + 3);
  pattern.any_port_ = take_suffix(where, ":*");
  if (where == "*") {
    if (default_port(scheme)) return std::nullopt;
    pattern.kind_ = kind::any_host;
    return pattern;
  }
  if (where.starts_with("*.")) {
    pattern.kind_ = kind::hosts_below;
    where.remove_prefix(2);
  }
  const auto parsed = parse_authority(where);
  if (!parsed || (pattern.any_port_ && parsed->port)) return std::nullopt;
  pattern.host_ = parsed->host;
  pattern.port_ = parsed->port ? parsed->port : default_port(scheme);
  return pattern;
}

bool origin_pattern::matches(std::string_view origin_header) const noexcept {
  if (kind_ == kind::exact_text) return origin_header == scheme_;
  const auto presented = parse_origin(origin_header);
  if (!presented || !same_host(presented->scheme, scheme_)) return false;
  if (kind_ == kind::any_host) return true;
  if (!any_port_ && presented->where.port != port_) return false;
  return kind_ == kind::host ? same_host(presented->where.host, host_)
                             : is_below(presented->where.host, host_);
}

}  // namespace sidewire::security
