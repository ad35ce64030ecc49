#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "include_rules.hpp"

using namespace sidewire::architecture;

namespace {

bool allows(std::string_view path, std::string_view content) {
  return check_file(path, content).empty();
}

}  // namespace

TEST_CASE("the tree keeps the rules of its layers") {
  const auto report = check_tree(SIDEWIRE_SOURCE_DIR);
  CHECK(report.file_count > 10);
  for (const auto& found : report.violations) {
    FAIL_CHECK(found.file << ":" << found.line << ": " << found.reason);
  }
}

TEST_CASE("a layer includes itself and those before it") {
  CHECK(allows("src/codec/json.cpp", "#include \"codec/json.hpp\"\n#include \"base/utf8.hpp\"\n"));
  CHECK(allows("transports/http/router.cpp", "#include \"transports/websocket/codec.hpp\"\n"));
  CHECK(allows("src/server/listener.cpp", "#include \"transports/net/stream.hpp\"\n"));
  CHECK(allows("src/main.cpp", "#include \"services/logs/service.hpp\"\n"));
  CHECK(allows("src/rpc/registry.cpp", "#include <sidewire/registry.hpp>\n"));
}

TEST_CASE("a layer that includes a later one is reported with its line") {
  const auto found = check_file("src/codec/json.cpp", "\n#include \"rpc/dispatcher.hpp\"");
  REQUIRE(found.size() == 1);
  CHECK(found[0].file == "src/codec/json.cpp");
  CHECK(found[0].line == 2);
  CHECK(found[0].reason == "codec may not include rpc, which stands on it");
}

TEST_CASE("each neighbour in the order of the layers refuses the next") {
  const std::string_view order[]{
      "src/base",       "src/protocol",         "src/codec",
      "src/rpc",        "src/pubsub",           "src/session",
      "src/security",   "src/negotiate",        "src/rest",
      "transports/net", "transports/websocket", "transports/http",
      "src/server",     "src/services",         "src/client",
  };
  for (std::size_t at = 0; at + 1 < std::size(order); ++at) {
    std::string_view next = order[at + 1];
    if (next.starts_with("src/")) next.remove_prefix(4);
    CAPTURE(order[at]);
    CHECK_FALSE(allows(std::string{order[at]} + "/file.hpp",
                       "#include \"" + std::string{next} + "/file.hpp\"\n"));
  }
}

TEST_CASE("Beast and OpenSSL are confined to the transports, the security and the client") {
  for (const auto* library :
       {"boost/beast/http.hpp", "boost/beast.hpp", "openssl/ssl.h", "boost/asio/ssl.hpp"}) {
    CAPTURE(library);
    const std::string line = "  #  include <" + std::string{library} + ">\n";
    CHECK(allows("transports/http/parser.cpp", line));
    CHECK(allows("src/security/token.cpp", line));
    CHECK(allows("src/client/socket.cpp", line));
    CHECK_FALSE(allows("src/server/listener.cpp", line));
    CHECK_FALSE(allows("src/codec/json.cpp", line));
    CHECK_FALSE(allows("include/sidewire/server.hpp", line));
  }
}

TEST_CASE("a public header shows no library but Describe and the awaitable") {
  const std::string_view path = "include/sidewire/call.hpp";
  CHECK(allows(path, "#include <cstdint>\n#include <sidewire/json.hpp>\n"));
  CHECK(allows(path, "#include <boost/describe.hpp>\n#include <boost/asio/awaitable.hpp>\n"));
  CHECK_FALSE(allows(path, "#include <simdjson.h>\n"));
  CHECK_FALSE(allows(path, "#include <boost/asio/ip/tcp.hpp>\n"));
  CHECK_FALSE(allows(path, "#include <boost/json.hpp>\n"));
  CHECK_FALSE(allows(path, "#include \"base/buffer.hpp\"\n"));
}

TEST_CASE("a file or an include outside the layers is reported") {
  CHECK_FALSE(allows("src/utilities/text.hpp", "#pragma once\n"));
  CHECK_FALSE(allows("src/codec/json.cpp", "#include \"json.hpp\"\n"));
  CHECK_FALSE(allows("src/codec/json.cpp", "#include \"basement/json.hpp\"\n"));
}

TEST_CASE("what only looks like an include is left alone") {
  CHECK(
      allows("src/base/log.cpp", "// #include \"rpc/dispatcher.hpp\"\n#include_next\n#define x\n"));
  CHECK(allows("src/base/log.cpp", ""));
}
