#pragma once

#include <memory>

#include "rpc/dispatcher.hpp"
#include "transports/http/calling_exchange.hpp"
#include "transports/http/route.hpp"

namespace sidewire::http {

/// A one-shot `POST /rpc`: one message, answered whole by one response. Shard.
class call_exchange final : public calling_exchange {
 public:
  /// `to` and `dispatcher` outlive it.
  call_exchange(responder& to, rpc::dispatcher& dispatcher, const decision& made);
  ~call_exchange() override;

  // exchange
  void begin(std::string& body) override;

 private:
  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override {}
  void drop_message() override { answer_.clear(); }
  bool takes_msgpack() const noexcept override { return takes_msgpack_; }
  void settled() override;

  rpc::dispatcher& dispatcher_;
  base::buffer answer_;
  format written_as_;
  format answer_format_ = format::json;
  bool takes_msgpack_;
  bool is_settled_ = false;
};

}  // namespace sidewire::http
