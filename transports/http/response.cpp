#include "transports/http/response.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace sidewire::http {

namespace {

void append_number(base::buffer& out, std::size_t number, int radix = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, radix);
  out.append({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
}

/// IMF-fixdate (RFC 9110, 5.6.7); a thread makes it anew once a second.
std::string_view date() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 32> text{};
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    made_at = now;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {text.data(), size};
}

void append_header(base::buffer& out, std::string_view name, std::string_view value) {
  out.append(name);
  out.append(": ");
  out.append(value);
  out.append("\r\n");
}

bool has_body(unsigned status) {
  return status != 101 && status != 204 && status != 304;
}

/// Everything but what says where the body ends, and the end.
void write_head(base::buffer& out, const answer_style& style, const response& answer) {
  out.append("HTTP/1.1 ");
  append_number(out, answer.status);
  out.push_back(' ');
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
  out.append({reason.data(), reason.size()});
  out.append("\r\n");
  append_header(out, "Date", date());
  if (!style.allowed_origin.empty()) {
    append_header(out, "Access-Control-Allow-Origin", style.allowed_origin);
    append_header(out, "Access-Control-Expose-Headers", "ETag, Retry-After");
    append_header(out, "Vary", "Origin");
  }
  for (const header& own : answer.headers) append_header(out, own.name, own.value);
  if (answer.status == 101) return;
  append_header(out, "Cache-Control", answer.cache_control);
  if (style.after == answer_style::connection::close) {
    append_header(out, "Connection", "close");
  } else if (style.version == 10) {
    append_header(out, "Connection", "keep-alive");
  }
  if (!has_body(answer.status)) return;
  append_header(out, "Content-Type", answer.type);
  append_header(out, "X-Content-Type-Options", "nosniff");
}

}  // namespace

void write_response(base::buffer& out, const answer_style& style, const response& answer) {
  write_head(out, style, answer);
  if (has_body(answer.status)) {
    out.append("Content-Length: ");
    append_number(out, answer.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  if (style.wanted == answer_style::body::whole && has_body(answer.status)) out.append(answer.body);
}

void write_stream_head(base::buffer& out, const answer_style& style, const response& head) {
  write_head(out, style, head);
  if (style.version != 10) append_header(out, "Transfer-Encoding", "chunked");
  out.append("\r\n");
}

void write_stream_part(base::buffer& out, const answer_style& style, std::string_view part) {
  if (style.version == 10) return out.append(part);
  append_number(out, part.size(), 16);
  out.append("\r\n");
  out.append(part);
  out.append("\r\n");
}

void write_stream_end(base::buffer& out, const answer_style& style) {
  if (style.version != 10) out.append("0\r\n\r\n");
}

}  // namespace sidewire::http
