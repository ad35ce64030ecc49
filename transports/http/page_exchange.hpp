#pragma once

#include <string>

#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// What is answered at once from what the server knows: health, readiness, the contracts, metrics,
/// and what pages of other origins may send. Shard.
class page_exchange final : public exchange {
 public:
  page_exchange(responder& to, const site& where, action asked)
      : to_{to}, site_{where}, asked_{asked} {}

  void begin(std::string& body) override;
  void on_drain_deadline() override {}

 private:
  void answer_preflight();

  responder& to_;
  const site& site_;
  action asked_;
};

}  // namespace sidewire::http
