#pragma once

#include <string>

#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `POST /rpc/negotiate`: which transport the client should use. Shard.
class negotiate_exchange final : public exchange {
 public:
  negotiate_exchange(responder& to, const site& where) : to_{to}, site_{where} {}

  void begin(std::string& body) override;
  void on_drain_deadline() override {}

 private:
  responder& to_;
  const site& site_;
};

}  // namespace sidewire::http
