#pragma once

#include <string>

#include "console/files.hpp"
#include "transports/http/exchange.hpp"

namespace sidewire::http {

/// A file of the console. Shard.
class console_exchange final : public exchange {
 public:
  console_exchange(responder& to, const console::file& asked) : to_{to}, file_{asked} {}

  void begin(std::string& body) override;
  void on_drain_deadline() override {}

 private:
  responder& to_;
  const console::file& file_;
};

}  // namespace sidewire::http
