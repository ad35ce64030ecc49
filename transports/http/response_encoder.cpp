#include "transports/http/response_encoder.hpp"

#include "base/header_text.hpp"
#include "transports/http/content_coding.hpp"

namespace sidewire::http {

response response_encoder::encode(const response& answer, std::string_view accept_encoding) {
  response made = answer;
  made.headers.push_back({"Vary", "Accept-Encoding"});
  if (!prefers_gzip(accept_encoding)) return made;
  if (encoded_.capacity_bytes() > max_kept_bytes) encoded_.release();
  encoded_.clear();
  if (!deflater_) deflater_.emplace(base::deflate_form::gzip);
  constexpr auto whole = base::deflater::piece::last;
  if (!deflater_->deflate(answer.body, whole, encoded_, answer.body.size() - 1)) return made;
  for (header& own : made.headers) {
    if (own.name == "ETag") own.value = etag_ = gzip_etag(own.value);
  }
  made.headers.push_back({"Content-Encoding", "gzip"});
  made.body = encoded_.view();
  return made;
}

std::string gzip_etag(std::string_view etag) {
  return std::string{etag.substr(0, etag.size() - 1)} + "-gzip\"";
}

bool has_answer(std::string_view if_none_match, std::string_view etag) {
  const std::string in_gzip = gzip_etag(etag);
  while (!if_none_match.empty()) {
    std::string_view one = base::trimmed(base::take_until(if_none_match, ','));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == in_gzip || one == "*") return true;
  }
  return false;
}

}  // namespace sidewire::http
