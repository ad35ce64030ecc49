#include "transports/http/negotiate_exchange.hpp"

#include "negotiate/exchange.hpp"
#include "transports/websocket/deflate_terms.hpp"

namespace sidewire::http {

void negotiate_exchange::begin(std::string& body) {
  const auto offered = negotiate::read_offer(body);
  if (!offered) return to_.refuse(400, offered.error().message());
  const request_head& asked = to_.request();
  const net::peer_address& peer = to_.channel().peer();
  const negotiate::request_facts facts{
      .has_http_1_0_hop = asked.version == 10 || negotiate::names_http_1_0(asked.via),
      .compresses_messages = websocket::is_worth_compressing(site_.compression, peer),
      .compresses_bodies = site_.compression != base::compression::off};
  const auto ranked = negotiate::negotiate(*offered, site_.transports, facts);
  const std::string answer =
      negotiate::write_answer(ranked, site_.instance, site_.dispatcher.shared().limits);
  to_.respond({.body = answer});
}

}  // namespace sidewire::http
