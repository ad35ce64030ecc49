#include "client/negotiation.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/version.hpp"

using sidewire::client::read_negotiation;
using sidewire::client::session_transport;
using sidewire::client::write_negotiation;

TEST_CASE("a client offers what it can") {
  CHECK(write_negotiation({.url = {}, .name = "app"},
                          {session_transport::websocket, session_transport::poll}) ==
        R"({"transports":["websocket","poll","post"],"formats":["json"],)"
        R"("client":{"name":"app","version":")" +
            std::string{sidewire::base::version} + R"("}})");
}

TEST_CASE("what the server offers is read in its order, unknown ones passed over") {
  const auto offered = read_negotiation(
      R"({"protocol":"sidewire/1","transport":"sse","transports":[{"name":"sse","path":"/rpc",)"
      R"("formats":["json"]},{"name":"pigeon"},{"name":"websocket"},{"name":"post"}]})");
  REQUIRE(offered);
  CHECK(offered->transports == std::vector{session_transport::sse, session_transport::websocket});
  CHECK(offered->has_post);
}

TEST_CASE("what is no answer to a negotiation is none") {
  for (const char* text : {"", "<html>", "{}", R"({"transports":["sse"]})"}) {
    CAPTURE(text);
    CHECK_FALSE(read_negotiation(text));
  }
}
