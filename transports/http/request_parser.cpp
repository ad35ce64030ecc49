#include "transports/http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace sidewire::http {

namespace beast_http = boost::beast::http;

struct request_parser::implementation {
  beast_http::request_parser<beast_http::string_body> parser;
};

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

/// The first thing that a strict reader holds against the bytes of a head from `from` on, empty
/// where nothing. Each byte is judged by those before it, so that it does not matter in which
/// pieces they came.
std::string_view fault_of_lines(std::string_view head, std::size_t from) {
  for (std::size_t at = from; at < head.size(); ++at) {
    const char character = head[at];
    const bool follows_return = at != 0 && head[at - 1] == '\r';
    if (follows_return != (character == '\n')) return "a line does not end with CRLF";
    const bool begins_line = at >= 2 && head[at - 1] == '\n';
    if (begins_line && (character == ' ' || character == '\t')) {
      return "a header is folded over two lines";
    }
    const bool is_control = static_cast<unsigned char>(character) < 0x20;
    if (is_control && character != '\t' && character != '\r' && character != '\n') {
      return "a control character stands in the headers";
    }
  }
  return {};
}

std::string joined(const beast_http::fields& fields, beast_http::field name) {
  std::string all;
  const auto [begin, end] = fields.equal_range(name);
  for (auto field = begin; field != end; ++field) {
    if (field != begin) all += ", ";
    all += std::string_view{field->value().data(), field->value().size()};
  }
  return all;
}

std::optional<std::string> present(const beast_http::fields& fields, beast_http::field name) {
  if (fields.count(name) == 0) return std::nullopt;
  return joined(fields, name);
}

/// A body's first chunk may be its last, `0 CRLF CRLF`; of which Beast asserts, in debug builds,
/// not to be shown a part twice.
bool may_be_half_of_last_chunk(std::span<const char> input) {
  return input.size() < 5 && input.front() == '0';
}

/// Whether the line of a chunk that has data stands whole at the front of `input`. Where Beast does
/// not take it, a quote in its extension is not closed.
bool has_whole_line(std::string_view input) {
  if (input.starts_with("\r\n")) input.remove_prefix(2);
  const std::size_t end = input.find("\r\n");
  const std::size_t digit = input.find_first_not_of('0');
  return end != std::string_view::npos &&
         std::string_view{"123456789abcdefABCDEF"}.find(input[digit]) != std::string_view::npos;
}

problem problem_of(const boost::system::error_code& failed) {
  using beast_http::error;
  if (failed == error::body_limit) return {413, "the body has too many bytes"};
  if (failed == error::header_limit) return {431, "the headers have too many bytes"};
  if (failed == error::bad_version) return {505, "expected HTTP/1.1"};
  if (failed == error::bad_method || failed == error::bad_target) {
    return {400, "the request line is malformed"};
  }
  if (failed == error::bad_content_length) return {400, "Content-Length is malformed or repeated"};
  if (failed == error::bad_transfer_encoding) {
    return {400, "Transfer-Encoding is malformed or stands beside Content-Length"};
  }
  if (failed == error::bad_chunk || failed == error::bad_chunk_extension) {
    return {400, "a chunk of the body is malformed"};
  }
  return {400, "the request is malformed"};
}

}  // namespace

request_parser::request_parser(std::uint32_t max_header_bytes, std::size_t max_body_bytes)
    : max_header_bytes_{max_header_bytes},
      max_body_bytes_{max_body_bytes},
      parser_{std::make_unique<implementation>()} {
  parser_->parser.header_limit(max_header_bytes);
  // Judged when the head is known, so that Host, Origin and token come first.
  parser_->parser.body_limit(boost::none);
  parser_->parser.eager(true);
}

request_parser::~request_parser() = default;

std::string& request_parser::body() noexcept {
  return parser_->parser.get().body();
}

request_parser::progress request_parser::fail(unsigned status, std::string_view text) {
  failure_ = {status, text};
  return progress::failed;
}

request_parser::progress request_parser::feed(std::span<const char> input, std::size_t& consumed) {
  consumed = 0;
  return head_done_ ? take_body(input, consumed) : take_head(input, consumed);
}

request_parser::progress request_parser::take_head(std::span<const char> input,
                                                   std::size_t& consumed) {
  std::string_view fresh{input.data(), input.size()};
  if (raw_head_.empty()) {
    // Empty lines before a request line are passed over (RFC 9112, 2.2).
    const std::size_t skipped = std::min(fresh.find_first_not_of("\r\n"), fresh.size());
    fresh.remove_prefix(skipped);
    consumed = skipped;
  }
  const std::size_t known = raw_head_.size();
  raw_head_.append(fresh);
  const std::size_t overlap = std::min(known, head_end.size() - 1);
  const std::size_t end = raw_head_.view().find(head_end, known - overlap);
  const std::size_t size = end == std::string_view::npos ? raw_head_.size() : end + head_end.size();
  const std::string_view within =
      raw_head_.view().substr(0, std::min<std::size_t>(size, max_header_bytes_));
  if (const auto fault = fault_of_lines(within, known); !fault.empty()) return fail(400, fault);
  if (size > max_header_bytes_) return fail(431, "the headers have too many bytes");
  consumed += std::min(fresh.size(), size - known);
  if (end == std::string_view::npos) return progress::need_more;
  raw_head_.truncate(size);
  return parse_head();
}

request_parser::progress request_parser::parse_head() {
  const std::string_view raw = raw_head_.view();
  auto& parser = parser_->parser;
  boost::system::error_code failed;
  parser.eager(false);
  parser.put(boost::asio::buffer(raw.data(), raw.size()), failed);
  if (failed) {
    const problem why = problem_of(failed);
    return fail(why.status, why.text);
  }
  const auto& message = parser.get();
  using beast_http::field;
  const auto codings = present(message, field::transfer_encoding);
  if (codings && (!boost::beast::iequals(*codings, "chunked") || message.version() != 11)) {
    return fail(400, "expected no Transfer-Encoding but chunked, and that in HTTP/1.1");
  }
  const auto length = present(message, field::content_length);
  if (length && (codings || length->find(',') != std::string::npos)) {
    return fail(400, "expected one Content-Length, and none beside Transfer-Encoding");
  }
  if (message.version() == 11 && message.count(field::host) == 0) {
    return fail(400, "HTTP/1.1 needs a Host header");
  }
  if (message.count(field::host) > 1) return fail(400, "expected one Host header");
  if (message.count(field::origin) > 1) return fail(400, "expected one Origin header");
  if (message.count(field::authorization) > 1) {
    return fail(400, "expected one Authorization header");
  }
  const std::string_view target{message.target().data(), message.target().size()};
  if (target.empty() || (target.front() != '/' && target != "*")) {
    return fail(400, "expected a path that begins with a slash");
  }
  const std::size_t question = target.find('?');
  head_.method = std::string_view{message.method_string().data(), message.method_string().size()};
  head_.path = target.substr(0, question);
  if (question != std::string_view::npos) head_.query = target.substr(question + 1);
  head_.version = message.version();
  head_.keep_alive = message.keep_alive();
  head_.has_body = parser.chunked() || parser.content_length().value_or(0) != 0;
  head_.body_too_large = parser.content_length().value_or(0) > max_body_bytes_;
  parser.body_limit(max_body_bytes_);
  head_.host = present(message, field::host);
  head_.origin = present(message, field::origin);
  head_.authorization = present(message, field::authorization);
  head_.content_type = joined(message, field::content_type);
  head_.content_encoding = joined(message, field::content_encoding);
  head_.accept = joined(message, field::accept);
  head_.via = joined(message, field::via);
  head_.accept_encoding = joined(message, field::accept_encoding);
  head_.expect = joined(message, field::expect);
  head_.idempotency_key = std::string{message["Idempotency-Key"]};
  head_.if_none_match = joined(message, field::if_none_match);
  head_.last_event_id = std::string{message["Last-Event-ID"]};
  head_.session = std::string{message["Sidewire-Session"]};
  head_.received = std::string{message["Sidewire-Received"]};
  head_.formats = std::string{message["Sidewire-Formats"]};
  head_.requests = std::string{message["Sidewire-Requests"]};
  head_.client = std::string{message["Sidewire-Client"]};
  head_.upgrade = joined(message, field::upgrade);
  head_.connection = joined(message, field::connection);
  head_.websocket_version = joined(message, field::sec_websocket_version);
  head_.websocket_key = joined(message, field::sec_websocket_key);
  head_.websocket_protocol = joined(message, field::sec_websocket_protocol);
  head_.websocket_extensions = joined(message, field::sec_websocket_extensions);
  head_.asks_preflight = message.count(field::access_control_request_method) != 0;
  head_.asks_private_network =
      message.find("Access-Control-Request-Private-Network") != message.end();
  head_done_ = true;
  raw_head_.release();
  return progress::head;
}

request_parser::progress request_parser::take_body(std::span<const char> input,
                                                   std::size_t& consumed) {
  auto& parser = parser_->parser;
  if (parser.is_done()) return progress::done;
  parser.eager(true);
  // A chunk's line, and the trailers, are taken whole or not at all. Beast is shown as much as they
  // may have, so that a longer one is refused in however few pieces it comes.
  const std::size_t window_bytes =
      parser.chunked() ? std::size_t{max_header_bytes_} + 1 : input.size();
  while (consumed != input.size()) {
    const auto rest = input.subspan(consumed);
    const auto window = rest.first(std::min(rest.size(), window_bytes));
    if (parser.chunked() && may_be_half_of_last_chunk(window)) return progress::need_more;
    boost::system::error_code failed;
    const std::size_t taken = parser.put(boost::asio::buffer(window.data(), window.size()), failed);
    consumed += taken;
    if (parser.is_done()) return progress::done;
    if (failed && failed != beast_http::error::need_more) {
      const problem why = problem_of(failed);
      return fail(why.status, why.text);
    }
    if (taken != 0) continue;
    if (has_whole_line({window.data(), window.size()})) {
      return fail(400, "a chunk of the body is malformed");
    }
    if (window.size() > max_header_bytes_) return fail(400, "a chunk's line is too long");
    break;
  }
  return progress::need_more;
}

}  // namespace sidewire::http
