#include "client/http_answer_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string>

namespace sidewire::client {

namespace http = boost::beast::http;

http_answer_parser::http_answer_parser(http_answer_user& user) : user_{user} {
  eager(true);
  body_limit(boost::none);  // an event stream has no end; its users have bounds of their own
}

result<std::size_t> http_answer_parser::take(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && !basic_parser::is_done()) {
    error_code problem;
    const std::size_t count =
        put(boost::asio::const_buffer{bytes.data() + done, bytes.size() - done}, problem);
    done += count;
    if (problem == http::error::need_more || (!problem && count == 0)) break;
    if (problem) {
      return error{error_kind::unavailable,
                   "what answers does not speak HTTP: " + problem.message()};
    }
  }
  return done;
}

bool http_answer_parser::end() {
  error_code problem;
  if (!basic_parser::is_done() && is_header_done()) put_eof(problem);
  return !problem && basic_parser::is_done();
}

void http_answer_parser::on_response_impl(int status, view, int, error_code&) {
  head_.status = static_cast<unsigned>(status);
}

void http_answer_parser::on_field_impl(http::field name, view, view value, error_code&) {
  if (name == http::field::content_type) head_.content_type = std::string{value};
}

void http_answer_parser::on_header_impl(error_code&) {
  user_.on_head(head_);
}

std::size_t http_answer_parser::on_body_impl(view body, error_code&) {
  user_.on_body({body.data(), body.size()});
  return body.size();
}

std::size_t http_answer_parser::on_chunk_body_impl(std::uint64_t, view body, error_code&) {
  user_.on_body({body.data(), body.size()});
  return body.size();
}

}  // namespace sidewire::client
