#include "transports/http/request_head.hpp"

#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>

#include "base/header_text.hpp"

namespace sidewire::http {

std::optional<std::string> query_member(std::string_view query, std::string_view name) {
  const auto parsed = boost::urls::parse_query({query.data(), query.size()});
  if (!parsed) return std::nullopt;
  for (const auto& member : *parsed) {
    if (member.key.decode() == name) return member.value.decode();
  }
  return std::nullopt;
}

bool accepts_type(std::string_view accept, std::string_view type) {
  while (!accept.empty()) {
    const std::size_t comma = accept.find(',');
    const std::string_view range = accept.substr(0, comma);
    if (base::same_text(base::trimmed(range.substr(0, range.find(';'))), type)) return true;
    if (comma == std::string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace sidewire::http
