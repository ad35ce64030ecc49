#include "transports/http/response_encoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "transports/http/content_coding.hpp"

namespace sidewire::http {
namespace {

const base::limits limits;

std::string_view header_of(const response& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.headers, name, &header::name);
  return found == answer.headers.end() ? std::string_view{} : found->value;
}

TEST_CASE("a large body is sent in gzip to who prefers that, with everything else as it was") {
  response_encoder encoder{base::compression::automatic, limits};
  for (const std::size_t bytes : {1025, 3'000'000, 2000}) {
    const std::string text(bytes, 'x');
    const response answer{.status = 404, .body = text, .headers = {{"Allow", "GET"}}};
    REQUIRE(encoder.takes(answer));
    const response encoded = encoder.encode(answer, "br, gzip");
    CHECK(encoded.status == 404);
    CHECK(header_of(encoded, "Allow") == "GET");
    CHECK(header_of(encoded, "Content-Encoding") == "gzip");
    CHECK(header_of(encoded, "Vary") == "Accept-Encoding");
    CHECK(encoded.body.size() < text.size());
    std::string body{encoded.body};
    CHECK_FALSE(decode_gzip(body, bytes).has_value());
    CHECK((body == text));
  }
}

TEST_CASE("to others it goes as it is, and says what it depends on") {
  response_encoder encoder{base::compression::on, limits};
  const std::string text(2000, 'x');
  const response answer{.body = text};
  const response plain = encoder.encode(answer, "br");
  CHECK((plain.body == text));
  CHECK(header_of(plain, "Vary") == "Accept-Encoding");
  CHECK(header_of(plain, "Content-Encoding").empty());
}

TEST_CASE("a body that gets no smaller goes as it is") {
  base::limits small;
  small.compression_threshold_bytes = 0;
  response_encoder encoder{base::compression::on, small};
  const response plain = encoder.encode({.body = "short"}, "gzip");
  CHECK(plain.body == "short");
  CHECK(header_of(plain, "Content-Encoding").empty());
}

TEST_CASE("a body up to the threshold is left alone, and every one where compression is off") {
  const std::string text(1025, 'x');
  CHECK_FALSE(response_encoder(base::compression::on, limits)
                  .takes({.body = std::string_view{text}.substr(1)}));
  CHECK_FALSE(response_encoder(base::compression::off, limits).takes({.body = text}));
}

}  // namespace
}  // namespace sidewire::http
