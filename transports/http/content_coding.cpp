#include "transports/http/content_coding.hpp"

#include <algorithm>

#include "base/buffer.hpp"
#include "base/deflate.hpp"
#include "base/header_text.hpp"
#include "transports/http/request_head.hpp"

namespace sidewire::http {
namespace {

/// Thousandths; 1000 is the most that a client can want something.
using weight = int;
constexpr weight full_weight = 1000;

/// Takes what stands before the next `separator` off `rest`, and the separator.
std::string_view take_part(std::string_view& rest, char separator) noexcept {
  return base::trimmed(base::take_until(rest, separator));
}

bool is_gzip(std::string_view name) {
  return base::same_text(name, "gzip") || base::same_text(name, "x-gzip");  // RFC 9110, 8.4.1.3
}

/// `0`, `1`, with up to three decimals (RFC 9110, 12.4.2). What is none counts as 0: not wanted.
weight parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  weight value = text[0] == '1' ? full_weight : 0;
  weight unit = full_weight / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    value += (digit - '0') * unit;
    unit /= 10;
  }
  return value > full_weight ? 0 : value;
}

/// The weight among the parameters of an element.
weight weight_in(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = take_part(parameters, ';');
    const std::string_view name = take_part(parameter, '=');
    if (base::same_text(name, "q")) return parse_weight(base::trimmed(parameter));
  }
  return full_weight;
}

}  // namespace

std::optional<content_coding> content_coding_of(std::string_view content_encoding) {
  content_coding found = content_coding::identity;
  while (!content_encoding.empty()) {
    const std::string_view name = take_part(content_encoding, ',');
    if (name.empty() || base::same_text(name, "identity")) continue;
    if (!is_gzip(name) || found == content_coding::gzip) return std::nullopt;
    found = content_coding::gzip;
  }
  return found;
}

std::optional<problem> decode_gzip(std::string& body, std::size_t max_bytes) {
  using outcome = base::inflater::outcome;
  constexpr problem broken{400, "the body is not what Content-Encoding: gzip says"};
  base::inflater stream{base::deflate_form::gzip};
  base::buffer decoded;
  std::string_view rest = body;
  outcome reached = outcome::need_more;
  do {
    if (reached == outcome::end) stream.reset();  // another member follows (RFC 1952, 2.2)
    reached = stream.inflate(rest, decoded, max_bytes);
    if (reached == outcome::too_large) return problem{413, "the body inflates to too many bytes"};
    if (reached == outcome::broken) return broken;
  } while (!rest.empty());
  if (reached != outcome::end) return broken;
  body.assign(decoded.view());
  return std::nullopt;
}

bool prefers_gzip(std::string_view accept_encoding) {
  std::optional<weight> gzip;
  std::optional<weight> identity;
  std::optional<weight> any;
  while (!accept_encoding.empty()) {
    std::string_view element = take_part(accept_encoding, ',');
    const std::string_view name = take_part(element, ';');
    const weight wanted = weight_in(element);
    if (is_gzip(name)) gzip = wanted;
    if (base::same_text(name, "identity")) identity = wanted;
    if (name == "*") any = wanted;
  }
  const weight for_gzip = gzip.value_or(any.value_or(0));
  return for_gzip > 0 && for_gzip >= identity.value_or(0);
}

}  // namespace sidewire::http
