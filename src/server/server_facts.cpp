#include "server/server_facts.hpp"

#include <unistd.h>

#include "base/version.hpp"
#include "server/quoted_text.hpp"

namespace sidewire::server {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ',';
  append_quoted(out, name);
  out += ':';
  append_quoted(out, value);
}

std::string url_host(const net::tcp_endpoint& where) {
  if (where.address == "0.0.0.0") return "127.0.0.1";
  if (where.address == "::") return "[::1]";
  return where.address.find(':') == std::string::npos ? where.address : "[" + where.address + "]";
}

void set_address(server_facts& facts, const std::string& host, std::uint16_t port,
                 url_security security) {
  const std::string_view letter_s = security == url_security::tls ? "s" : "";
  const std::string rest = std::string{letter_s} + "://" + host + ":" + std::to_string(port);
  facts.url = "http" + rest;
  facts.ws = "ws" + rest + "/rpc";
  facts.port = port;
}

}  // namespace

server_facts facts_of(std::span<const net::endpoint> listening, url_security security) {
  server_facts facts;
  for (const auto& where : listening) {
    if (const auto* loopback = std::get_if<net::loopback_endpoint>(&where)) {
      if (facts.url.empty()) set_address(facts, "127.0.0.1", loopback->port, security);
    } else if (const auto* tcp = std::get_if<net::tcp_endpoint>(&where)) {
      if (facts.url.empty()) set_address(facts, url_host(*tcp), tcp->port, security);
    } else if (const auto* socket = std::get_if<net::unix_endpoint>(&where)) {
      if (facts.unix_path.empty()) facts.unix_path = socket->path;
    }
  }
  return facts;
}

std::string ready_json(const server_facts& facts, token_telling telling) {
  std::string out = R"({"event":"ready")";
  append_member(out, "protocol", base::protocol_name);
  append_member(out, "version", base::version);
  out += R"(,"pid":)" + std::to_string(::getpid());
  append_member(out, "instance", facts.instance);
  append_member(out, "url", facts.url);
  append_member(out, "ws", facts.ws);
  append_member(out, "unix", facts.unix_path);
  append_member(out, "fingerprint", facts.fingerprint);
  if (telling == token_telling::with_token) append_member(out, "token", facts.token);
  out += '}';
  return out;
}

}  // namespace sidewire::server
