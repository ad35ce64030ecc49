#include "transports/http/request_parser.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

namespace sidewire::http::test {
namespace {

constexpr std::uint32_t max_header_bytes = 128;
constexpr std::size_t max_body_bytes = 1024;

/// What a stream's first request is, its bytes arriving in pieces: "POST /rpc: body", "400 why", or
/// "unfinished".
std::string read_in_pieces(std::string_view stream, std::size_t piece_bytes) {
  using progress = request_parser::progress;
  request_parser parser{max_header_bytes, max_body_bytes};
  std::string kept;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, piece_bytes);
    stream.remove_prefix(piece.size());
    kept += piece;
    while (!kept.empty()) {
      std::size_t consumed = 0;
      const progress found = parser.feed({kept.data(), kept.size()}, consumed);
      kept.erase(0, consumed);
      if (found == progress::failed) {
        return std::to_string(parser.failure().status) + " " + std::string{parser.failure().text};
      }
      if (found == progress::done || (found == progress::head && !parser.head().has_body)) {
        return parser.head().method + " " + parser.head().path + ": " + parser.body();
      }
      if (found == progress::need_more && consumed == 0) break;
    }
  }
  return "unfinished";
}

/// The same, which must not depend on the pieces.
std::string read(std::string_view stream) {
  const std::string whole = read_in_pieces(stream, std::numeric_limits<std::size_t>::max());
  for (const std::size_t piece_bytes : {1, 2, 3, 50}) {
    CAPTURE(piece_bytes);
    CHECK(read_in_pieces(stream, piece_bytes) == whole);
  }
  return whole;
}

std::string chunked(std::string_view body) {
  return "POST /rpc HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string{body};
}

TEST_CASE("a request is the same however its bytes arrive") {
  CHECK(read("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == "GET /: ");
  CHECK(read("POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcdef") ==
        "POST /rpc: abc");
  CHECK(read(chunked("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")) == "POST /rpc: abcde");
  CHECK(read(chunked("3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n")) == "POST /rpc: abc");
  CHECK(read(chunked("3\r\nabc\r\n0\r\n")) == "unfinished");
}

TEST_CASE("of the faults of a head the first is told, however its bytes arrive") {
  CHECK(read("GET / HTTP/1.1\r\nA: \x01\nb\r\n\r\n") ==
        "400 a control character stands in the headers");
  CHECK(read("GET / HTTP/1.1\r\nA: b\rc\x01\r\n\r\n") == "400 a line does not end with CRLF");
  CHECK(read("GET / HTTP/1.1\r\nA: b\r\n c\nd\r\n\r\n") == "400 a header is folded over two lines");
  CHECK(read("GET / HTTP/1.1\nA: " + std::string(200, 'a')) == "400 a line does not end with CRLF");
  CHECK(read("GET / HTTP/1.1\r\nA: " + std::string(200, 'a') + "\n") ==
        "431 the headers have too many bytes");
}

TEST_CASE("a chunk's line and the trailers are bounded, however their bytes arrive") {
  const auto with_extension = [](std::size_t bytes) {
    return chunked("3;" + std::string(bytes, 'x') + "\r\nabc\r\n0\r\n\r\n");
  };
  const std::size_t longest = max_header_bytes + 1 - std::string_view{"3;\r\n"}.size();
  CHECK(read(with_extension(longest)) == "POST /rpc: abc");
  CHECK(read(with_extension(longest + 1)) == "400 a chunk's line is too long");
  CHECK(read(chunked(std::string(200, '0') + "3\r\nabc\r\n0\r\n\r\n")) ==
        "400 a chunk's line is too long");
  CHECK(read(chunked("0\r\nTrailer: " + std::string(200, 'x') + "\r\n\r\n")) ==
        "400 a chunk's line is too long");
}

TEST_CASE("a quoted text in a chunk's extension ends with the line, however its bytes arrive") {
  CHECK(read(chunked("3;x=\"y\"\r\nabc\r\n0\r\n\r\n")) == "POST /rpc: abc");
  const std::string malformed = "400 a chunk of the body is malformed";
  CHECK(read(chunked("ff;x=\"\r\n")) == malformed);
  CHECK(read(chunked("ff;x=\"\r\n\"abc" + std::string(50, 'y'))) == malformed);
  CHECK(read(chunked("1\r\na\r\n0f;x=\"\r\n" + std::string(90, 'y'))) == malformed);
}

}  // namespace
}  // namespace sidewire::http::test
