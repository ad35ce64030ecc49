#include "transports/websocket/handshake.hpp"

#include <doctest/doctest.h>

namespace sidewire::websocket {
namespace {

/// RFC 6455, 1.2, as the server sees it.
const upgrade_request good{.method = "GET",
                           .http_version = 11,
                           .upgrade = "websocket",
                           .connection = "Upgrade",
                           .version = "13",
                           .key = "dGhlIHNhbXBsZSBub25jZQ==",
                           .subprotocols = "",
                           .extensions = ""};

unsigned status_with(std::string_view upgrade_request::*header, std::string_view value) {
  upgrade_request request = good;
  request.*header = value;
  const upgrade_verdict verdict = judge_upgrade(request);
  CHECK(verdict.accepted() == verdict.text.empty());
  return verdict.status;
}

TEST_CASE("the accept key is the one of RFC 6455, 1.3") {
  CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a good handshake is accepted") {
  CHECK(judge_upgrade(good).status == 101);
  CHECK(judge_upgrade(good).accepted());
}

TEST_CASE("a handshake that is no GET is 405") {
  CHECK(status_with(&upgrade_request::method, "POST") == 405);
  CHECK(status_with(&upgrade_request::method, "get") == 405);
}

TEST_CASE("a handshake over HTTP/1.0 is 400") {
  upgrade_request request = good;
  request.http_version = 10;
  CHECK(judge_upgrade(request).status == 400);
}

TEST_CASE("Upgrade and Connection are lists without regard to case") {
  CHECK(status_with(&upgrade_request::upgrade, "WebSocket") == 101);
  CHECK(status_with(&upgrade_request::upgrade, "h2c, websocket") == 101);
  CHECK(status_with(&upgrade_request::connection, "keep-alive, Upgrade") == 101);
  CHECK(status_with(&upgrade_request::connection, "keep-alive ,\tupgrade , foo") == 101);
  CHECK(status_with(&upgrade_request::connection, ",,UPGRADE,") == 101);
}

TEST_CASE("a handshake without a good Upgrade or Connection is 400") {
  CHECK(status_with(&upgrade_request::upgrade, "") == 400);
  CHECK(status_with(&upgrade_request::upgrade, "websockets") == 400);
  CHECK(status_with(&upgrade_request::upgrade, "web socket") == 400);
  CHECK(status_with(&upgrade_request::connection, "") == 400);
  CHECK(status_with(&upgrade_request::connection, "keep-alive") == 400);
  CHECK(status_with(&upgrade_request::connection, "Upgraded, no-upgrade") == 400);
}

TEST_CASE("another WebSocket version is 426") {
  for (const auto version : {"", "8", "7", "14", "013", "13, 13", "x"}) {
    CAPTURE(version);
    CHECK(status_with(&upgrade_request::version, version) == 426);
  }
}

TEST_CASE("a key that is missing or not 16 bytes in base64 is 400") {
  for (const auto key :
       {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQxx",
        "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBsZSBub25jZ-==", "dGhlIHNhbXBsZSBub25jZQ= =",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    CAPTURE(key);
    CHECK(status_with(&upgrade_request::key, key) == 400);
  }
  CHECK(status_with(&upgrade_request::key, "+/AAZZzz0099aaBBccDDeg==") == 101);
}

TEST_CASE("what is wrong is judged in order, Connection before the version, that before the key") {
  upgrade_request request = good;
  request.key = "";
  request.version = "8";
  CHECK(judge_upgrade(request).status == 426);
  request.connection = "";
  CHECK(judge_upgrade(request).status == 400);
}

TEST_CASE("subprotocols that are no tokens are 400") {
  CHECK(status_with(&upgrade_request::subprotocols, "jsonrpc, bearer.aB0-_") == 101);
  CHECK(status_with(&upgrade_request::subprotocols, "json rpc") == 400);
  CHECK(status_with(&upgrade_request::subprotocols, "jsonrpc, bearer.aB0=") == 400);
  CHECK(status_with(&upgrade_request::subprotocols, "\"jsonrpc\"") == 400);
  CHECK(status_with(&upgrade_request::subprotocols, "json\xC3\xA4") == 400);
}

TEST_CASE("extensions that are malformed are 400, unknown ones are not") {
  CHECK(status_with(&upgrade_request::extensions, "x-unknown; a=1, permessage-deflate") == 101);
  CHECK(status_with(&upgrade_request::extensions, "permessage-deflate;") == 400);
  CHECK(status_with(&upgrade_request::extensions, "permessage deflate") == 400);
}

TEST_CASE("the first subprotocol is chosen that the server has") {
  CHECK(select_subprotocol("jsonrpc") == "jsonrpc");
  CHECK(select_subprotocol("bearer.abc, jsonrpc") == "jsonrpc");
  CHECK(select_subprotocol("jsonrpc,sidewire.1.json") == "jsonrpc");
  CHECK(select_subprotocol("sidewire.1.json,sidewire.1.msgpack,jsonrpc") == "sidewire.1.json");
  CHECK(select_subprotocol("bearer.abc,sidewire.1.msgpack") == "sidewire.1.msgpack");
  CHECK(select_subprotocol(" ,, jsonrpc\t") == "jsonrpc");
}

TEST_CASE("nothing else is chosen") {
  for (const auto offered : {"", " , ", "sidewire.2.json", "bearer.jsonrpc", "JSONRPC", "jsonrpc2",
                             "soap, mqtt", "bearer."}) {
    CAPTURE(offered);
    CHECK(select_subprotocol(offered).empty());
  }
}

TEST_CASE("the token is what follows bearer.") {
  CHECK(bearer_token("bearer.aB0-_") == "aB0-_");
  CHECK(bearer_token("jsonrpc ,bearer.aB0-_ ") == "aB0-_");
  CHECK(bearer_token("bearer.head.body.signature, jsonrpc") == "head.body.signature");
  CHECK(bearer_token("bearer.first, bearer.second") == "first");
}

TEST_CASE("an empty token is a token, and without bearer. there is none") {
  CHECK(bearer_token("bearer., jsonrpc") == "");
  CHECK(bearer_token("jsonrpc") == std::nullopt);
  CHECK(bearer_token("") == std::nullopt);
  CHECK(bearer_token("bearer, Bearer.abc") == std::nullopt);
}

}  // namespace
}  // namespace sidewire::websocket
