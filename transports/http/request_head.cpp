#include "transports/http/request_head.hpp"

#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>
#include <cctype>

namespace sidewire::http {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool same_text(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t at = 0; at < left.size(); ++at) {
    if (std::tolower(static_cast<unsigned char>(left[at])) !=
        std::tolower(static_cast<unsigned char>(right[at]))) {
      return false;
    }
  }
  return true;
}

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
    if (same_text(trimmed(range.substr(0, range.find(';'))), type)) return true;
    if (comma == std::string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace sidewire::http
