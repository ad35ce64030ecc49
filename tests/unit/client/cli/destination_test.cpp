#include "client/cli/destination.hpp"

#include <doctest/doctest.h>

#include <map>

using sidewire::error;
using sidewire::error_kind;
using sidewire::result;
using sidewire::cli::arguments;
using sidewire::cli::find_destination;

namespace {

struct fixture {
  std::map<std::string, std::string> variables, files;
  arguments given;

  result<sidewire::client_options> find() const {
    return find_destination(
        given,
        [this](const std::string& name) -> std::optional<std::string> {
          const auto at = variables.find(name);
          if (at == variables.end()) return {};
          return at->second;
        },
        [this](const std::string& path) -> result<std::string> {
          const auto at = files.find(path);
          if (at == files.end()) return error{error_kind::invalid_params, "cannot read " + path};
          return at->second;
        });
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "URL and token come from the environment") {
  variables = {{"SIDEWIRE_URL", "http://127.0.0.1:1"}, {"SIDEWIRE_TOKEN", "t"}};
  const auto found = find();
  REQUIRE(found);
  CHECK(found->url == "http://127.0.0.1:1");
  CHECK(found->token == "t");
}

TEST_CASE_FIXTURE(fixture, "an announce file wins over the environment") {
  variables = {{"SIDEWIRE_URL", "http://127.0.0.1:1"}, {"SIDEWIRE_TOKEN", "t"}};
  files["a.json"] =
      R"({"event":"ready","url":"https://127.0.0.1:2","token":"u","fingerprint":"AA"})"
      "\n";
  given.announce_file = "a.json";
  const auto found = find();
  REQUIRE(found);
  CHECK(found->url == "https://127.0.0.1:2");
  CHECK(found->token == "u");
  CHECK(found->tls.fingerprint == "AA");
}

TEST_CASE_FIXTURE(fixture, "an announce file without a URL tells a socket's path") {
  files["a.json"] = R"({"event":"ready","unix":"/run/a.sock"})";
  given.announce_file = "a.json";
  CHECK(find()->url == "unix:/run/a.sock");
}

TEST_CASE_FIXTURE(fixture, "the command line wins over everything") {
  files = {{"a.json", R"({"url":"https://127.0.0.1:2","token":"u","fingerprint":"AA"})"},
           {"token", "v\n"}};
  given.announce_file = "a.json";
  given.url = "http://127.0.0.1:3";
  given.token_file = "token";
  given.tls.ca_file = "ca.pem";
  const auto found = find();
  REQUIRE(found);
  CHECK(found->url == "http://127.0.0.1:3");
  CHECK(found->token == "v");
  CHECK(found->tls.ca_file == "ca.pem");
  CHECK(found->tls.fingerprint == "");
}

TEST_CASE_FIXTURE(fixture, "without a URL it is the default port of this machine") {
  variables = {{"SIDEWIRE_TOKEN", "t"}};
  const auto found = find();
  REQUIRE(found);
  CHECK(found->url == "http://127.0.0.1:8765");
  CHECK(found->token == "t");
}

TEST_CASE_FIXTURE(fixture, "what is no announce file is refused") {
  given.announce_file = "a.js";
  CHECK(find().error().message().find("--announce a.js") != std::string::npos);
  files["a.js"] = "window.WS_CONFIG = {port: 1};";
  CHECK(find().error().message().find("no announce file") != std::string::npos);
  files["a.js"] = R"({"event":"ready"})";
  CHECK_FALSE(find());
}
