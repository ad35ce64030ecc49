#include "transports/http/content_coding.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/buffer.hpp"
#include "base/deflate.hpp"

namespace sidewire::http {
namespace {

std::string gzip(std::string_view text) {
  base::deflater stream{base::deflate_form::gzip};
  base::buffer out;
  REQUIRE(stream.deflate(text, base::deflater::piece::last, out, 2 * text.size() + 64));
  return std::string{out.view()};
}

/// The status that a body in gzip is refused with; 0 where it was decoded to `expected`.
unsigned refusal_of(std::string body, std::size_t max_bytes, std::string_view expected = {}) {
  const auto refused = decode_gzip(body, max_bytes);
  if (refused) return refused->status;
  CHECK((body == expected));
  return 0;
}

TEST_CASE("a body is plain, in gzip, or in what nobody reads") {
  CHECK(content_coding_of("") == content_coding::identity);
  CHECK(content_coding_of("Identity") == content_coding::identity);
  for (const auto header : {"gzip", "GZip", "x-gzip", "identity, gzip", ", gzip ,"}) {
    CAPTURE(header);
    CHECK(content_coding_of(header) == content_coding::gzip);
  }
  for (const auto header : {"br", "deflate", "gzip, br", "gzip, gzip", "zstd", "*", "gzip;q=1"}) {
    CAPTURE(header);
    CHECK_FALSE(content_coding_of(header).has_value());
  }
}

TEST_CASE("a body in gzip is decoded, of several members too") {
  const std::string text(5000, 'x');
  CHECK(refusal_of(gzip(text), 5000, text) == 0);
  CHECK(refusal_of(gzip(""), 5000, "") == 0);
  CHECK(refusal_of(gzip("one, ") + gzip("") + gzip("two"), 5000, "one, two") == 0);
}

TEST_CASE("the limit holds for what a body inflates to") {
  CHECK(refusal_of(gzip(std::string(5000, 'x')), 4999) == 413);
  CHECK(refusal_of(gzip("12345") + gzip("12345"), 9) == 413);
  CHECK(refusal_of(gzip(std::string(50'000'000, '\0')), 1'000'000) == 413);
}

TEST_CASE("a body that is no gzip, is cut or goes on as something else is refused") {
  const std::string good = gzip("some text");
  CHECK(refusal_of("", 100) == 400);
  CHECK(refusal_of("{\"jsonrpc\":\"2.0\"}", 100) == 400);
  CHECK(refusal_of(good + "more", 100) == 400);
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK(refusal_of(good.substr(0, bytes), 100) == 400);
  }
}

TEST_CASE("gzip is preferred where it is wanted, and no less than the body as it is") {
  for (const auto header :
       {"gzip", "GZIP", "x-gzip", "*", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1",
        "gzip;q=0.001", "gzip;q=1, identity;q=1", "identity;q=0.5, *", "identity, gzip",
        "deflate, gzip ; q=0.5", "gzip;Q=0.5", "*;q=0, gzip", "gzip;q=1.000"}) {
    CAPTURE(header);
    CHECK(prefers_gzip(header));
  }
  for (const auto header :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "deflate, br",
        "identity, gzip;q=0.5", "gzipped", "gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=-1",
        "gzip;q=0.0001", "gzip;q=a"}) {
    CAPTURE(header);
    CHECK_FALSE(prefers_gzip(header));
  }
}

}  // namespace
}  // namespace sidewire::http
