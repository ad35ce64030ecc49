#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rpc/dispatcher.hpp"
#include "rpc/gathering.hpp"
#include "transports/http/calling_exchange.hpp"
#include "transports/http/site.hpp"

namespace sidewire::http {

/// `GET /api/v1/multi/dashboard`: the dashboards of several services at once. One that fails is an
/// error in the answer, and fails no other. Shard.
class dashboards_exchange final : public calling_exchange {
 public:
  /// `to` and `where` outlive it.
  dashboards_exchange(responder& to, site& where, std::shared_ptr<const principal> who,
                      std::vector<std::string> services);
  ~dashboards_exchange() override;

  // exchange
  void begin(std::string& body) override;

 private:
  // rpc::caller: every answer goes to a slot.
  base::buffer& begin_message(format) override { return dropped_; }
  void end_message() override { dropped_.release(); }
  void drop_message() override { dropped_.release(); }

  void call(const std::string& service, rpc::destination where);
  void answer(rpc::gathering& outcomes);

  site& site_;
  std::vector<std::string> services_;
  base::buffer dropped_;
};

}  // namespace sidewire::http
