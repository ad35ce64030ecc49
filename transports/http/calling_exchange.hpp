#pragma once

#include <memory>

#include "rpc/caller.hpp"
#include "transports/http/exchange.hpp"

namespace sidewire::http {

/// An exchange that makes calls. As their caller it is whoever sent the request, for that request
/// alone; what they stream comes with their results. Shard.
class calling_exchange : public exchange, protected rpc::caller {
 public:
  // exchange
  void on_room() override { made_room(); }
  void on_drain_deadline() override;

 protected:
  /// `to` outlives it.
  calling_exchange(responder& to, std::shared_ptr<const principal> who);
  ~calling_exchange() override;

  // rpc::caller
  bool has_room() const noexcept override { return true; }
  rpc::progress_delivery delivery() const noexcept override {
    return rpc::progress_delivery::gathered;
  }
  bool takes_msgpack() const noexcept override { return false; }
  /// A request proves who it is by its own token; nothing is kept for the next one.
  void authenticated(std::shared_ptr<const principal>) override {}
  void authentication_failed() override {}

  responder& to_;
};

}  // namespace sidewire::http
