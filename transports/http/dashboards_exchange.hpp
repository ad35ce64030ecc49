#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rpc/caller.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/gathering.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `GET /api/v1/multi/dashboard`: the dashboards of several services at once. One that fails is an
/// error in the answer, and fails no other. As a caller it is whoever sent the request. Shard.
class dashboards_exchange final : public exchange, private rpc::caller {
 public:
  /// `to` and `where` outlive it.
  dashboards_exchange(responder& to, site& where, std::shared_ptr<const principal> who,
                      std::vector<std::string> services);
  ~dashboards_exchange() override;

  // exchange
  void begin(std::string& body) override;
  void on_room() override { made_room(); }
  void on_drain_deadline() override;

 private:
  // rpc::caller: every answer goes to a slot.
  base::buffer& begin_message(format) override { return dropped_; }
  void end_message() override { dropped_.release(); }
  void drop_message() override { dropped_.release(); }
  bool has_room() const noexcept override { return true; }
  bool takes_msgpack() const noexcept override { return false; }
  void authenticated(std::shared_ptr<const principal>) override {}
  void authentication_failed() override {}

  void call(const std::string& service, rpc::destination where);
  void answer(rpc::gathering& outcomes);

  responder& to_;
  site& site_;
  std::vector<std::string> services_;
  base::buffer dropped_;
};

}  // namespace sidewire::http
