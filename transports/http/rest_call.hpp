#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rest/plan.hpp"
#include "rpc/caller.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/exchange.hpp"

namespace sidewire::http {

/// One call by REST: its result is the body of the answer, its error problem details. As a caller
/// it is whoever sent the request. Shard.
class rest_call final : public exchange, private rpc::caller {
 public:
  /// `to` and `dispatcher` outlive it. `plan` is a call or an action.
  rest_call(responder& to, rpc::dispatcher& dispatcher, std::shared_ptr<const principal> who,
            std::shared_ptr<const rest::plan> plan);
  ~rest_call() override;

  // exchange
  void begin(std::string& body) override;
  void on_room() override { made_room(); }
  void on_drain_deadline() override;

 private:
  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override {}
  void drop_message() override { answer_.clear(); }
  bool has_room() const noexcept override { return true; }
  rpc::progress_delivery delivery() const noexcept override {
    return rpc::progress_delivery::gathered;
  }
  bool takes_msgpack() const noexcept override { return false; }
  /// A request proves who it is by its own token; nothing is kept for the next one.
  void authenticated(std::shared_ptr<const principal>) override {}
  void authentication_failed() override {}
  void settled() override;

  void call(std::string_view method, std::string_view params);
  void begin_action(const std::string& service, std::string_view body);
  void begin_with_body(std::string_view method, std::string_view body);

  responder& to_;
  rpc::dispatcher& dispatcher_;
  std::shared_ptr<const rest::plan> plan_;
  base::buffer answer_;
  bool is_settled_ = false;
};

}  // namespace sidewire::http
