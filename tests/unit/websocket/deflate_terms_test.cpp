#include "transports/websocket/deflate_terms.hpp"

#include <doctest/doctest.h>

namespace sidewire::websocket {
namespace {

constexpr deflate_policy any_window{.max_server_window_bits = 15, .max_client_window_bits = 15};

/// The answer to an offer; "declined" where there is none.
std::string answer_to(std::string_view offer, deflate_policy policy = any_window) {
  const auto agreed = agree_on_deflate(offer, policy);
  return agreed ? deflate_answer(*agreed) : "declined";
}

std::string with_server_bits(int bits, std::string_view rest = {}) {
  return "permessage-deflate; server_max_window_bits=" + std::to_string(bits) + std::string{rest};
}

TEST_CASE("the plain offer is taken, and the server's window named") {
  CHECK(answer_to("permessage-deflate") == with_server_bits(15));
  CHECK(answer_to("permessage-deflate", small_windows) == with_server_bits(12));
}

TEST_CASE("each window bits of the server are taken or lowered, but for 8") {
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string offer = with_server_bits(bits);
    CHECK(answer_to(offer) == offer);
    CHECK(answer_to(offer, small_windows) == with_server_bits(std::min(bits, 12)));
  }
  CHECK(answer_to(with_server_bits(8)) == "declined");
}

TEST_CASE("each window bits of the client are taken or lowered") {
  for (int bits = 8; bits <= 15; ++bits) {
    const std::string asked = "; client_max_window_bits=" + std::to_string(bits);
    CHECK(answer_to("permessage-deflate" + asked) == with_server_bits(15, asked));
    CHECK(answer_to("permessage-deflate" + asked, small_windows) ==
          with_server_bits(12, "; client_max_window_bits=" + std::to_string(std::min(bits, 12))));
  }
}

TEST_CASE("a client that only can limit its window is told how") {
  CHECK(answer_to("permessage-deflate; client_max_window_bits", small_windows) ==
        with_server_bits(12, "; client_max_window_bits=12"));
}

TEST_CASE("a client that cannot limit its window is not asked to, and may use all of it") {
  CHECK(agree_on_deflate("permessage-deflate", small_windows)->client_window_bits == 15);
}

TEST_CASE("contexts are reset where the client asks for it") {
  const auto agreed =
      agree_on_deflate("permessage-deflate; server_no_context_takeover", any_window);
  CHECK(agreed->server_context == deflate_context::reset);
  CHECK(agreed->client_context == deflate_context::kept);
  CHECK(answer_to("permessage-deflate; client_no_context_takeover; server_no_context_takeover") ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=15");
}

TEST_CASE("a value in quotes counts like any other") {
  CHECK(answer_to("permessage-deflate; server_max_window_bits=\"10\"") == with_server_bits(10));
}

TEST_CASE("an offer is declined for what is unknown, comes twice or has no possible value") {
  for (const auto parameters :
       {"unknown", "unknown=1", "server_max_window_bits", "server_max_window_bits=7",
        "server_max_window_bits=16", "server_max_window_bits=010", "server_max_window_bits=+9",
        "server_max_window_bits=x", "server_max_window_bits=1000", "client_max_window_bits=7",
        "client_max_window_bits=16", "client_max_window_bits=09", "client_max_window_bits=-9",
        "server_no_context_takeover=1", "client_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover",
        "client_max_window_bits; client_max_window_bits=10",
        "server_max_window_bits=10; server_max_window_bits=10"}) {
    CAPTURE(parameters);
    CHECK(answer_to("permessage-deflate; " + std::string{parameters}) == "declined");
  }
}

TEST_CASE("the first acceptable offer is taken") {
  CHECK(answer_to("permessage-deflate; unknown, x-other, permessage-deflate; "
                  "server_max_window_bits=10, permessage-deflate") == with_server_bits(10));
}

TEST_CASE("other extensions, and a header that is malformed, lead to nothing") {
  CHECK(answer_to("") == "declined");
  CHECK(answer_to("x-webkit-deflate-frame, permessage-bzip2") == "declined");
  CHECK(answer_to("permessage-deflate;") == "declined");
}

}  // namespace
}  // namespace sidewire::websocket
