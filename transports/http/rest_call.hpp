#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rest/plan.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/calling_exchange.hpp"

namespace sidewire::http {

/// One call by REST: its result is the body of the answer, its error problem details. Shard.
class rest_call final : public calling_exchange {
 public:
  /// `to` and `dispatcher` outlive it. `plan` is a call or an action.
  rest_call(responder& to, rpc::dispatcher& dispatcher, std::shared_ptr<const principal> who,
            std::shared_ptr<const rest::plan> plan);
  ~rest_call() override;

  // exchange
  void begin(std::string& body) override;

 private:
  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override {}
  void drop_message() override { answer_.clear(); }
  void settled() override;

  void call(std::string_view method, std::string_view params);
  void begin_action(const std::string& service, std::string_view body);
  void begin_with_body(std::string_view method, std::string_view body);

  rpc::dispatcher& dispatcher_;
  std::shared_ptr<const rest::plan> plan_;
  base::buffer answer_;
  bool is_settled_ = false;
};

}  // namespace sidewire::http
