#include "transports/http/response.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace sidewire::http {

namespace {

void append_number(base::buffer& out, std::size_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
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

}  // namespace

head_writer::head_writer(base::buffer& out, unsigned status) : out_{out} {
  out_.append("HTTP/1.1 ");
  append_number(out_, status);
  out_.push_back(' ');
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  out_.append({reason.data(), reason.size()});
  out_.append("\r\n");
  header("Date", date());
}

head_writer& head_writer::header(std::string_view name, std::string_view value) {
  out_.append(name);
  out_.append(": ");
  out_.append(value);
  out_.append("\r\n");
  return *this;
}

void head_writer::end(std::optional<std::size_t> body_bytes) {
  if (body_bytes) {
    out_.append("Content-Length: ");
    append_number(out_, *body_bytes);
    out_.append("\r\n");
  }
  out_.append("\r\n");
}

}  // namespace sidewire::http
