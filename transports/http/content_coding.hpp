#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transports/http/request_parser.hpp"

namespace sidewire::http {

/// How a body is wrapped (RFC 9110, 8.4.1). The server knows these two.
enum class content_coding : std::uint8_t { identity, gzip };

/// What a 415 names in `Accept-Encoding`.
inline constexpr std::string_view known_codings = "gzip, identity";

/// What `Content-Encoding` says; nothing where the server cannot read such a body. The header may
/// be empty.
std::optional<content_coding> content_coding_of(std::string_view content_encoding);

/// Puts what a body in gzip holds in its place, all its members in one. At most `max_bytes`:
/// inflating stops there (413). What is wrong with it otherwise.
std::optional<problem> decode_gzip(std::string& body, std::size_t max_bytes);

/// Whether `Accept-Encoding` (RFC 9110, 12.5.3) prefers gzip to a body as it is. The header may be
/// empty, which takes everything and asks for nothing: no.
bool prefers_gzip(std::string_view accept_encoding);

}  // namespace sidewire::http
