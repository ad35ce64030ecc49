#pragma once

#include <memory>

#include "rpc/caller.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/route.hpp"

namespace sidewire::http {

/// A one-shot `POST /rpc`: one message, answered whole by one response. As a caller it is whoever
/// sent the request. Shard.
class call_exchange final : public exchange, private rpc::caller {
 public:
  /// `to` and `dispatcher` outlive it.
  call_exchange(responder& to, rpc::dispatcher& dispatcher, const decision& made);
  ~call_exchange() override;

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
  bool takes_msgpack() const noexcept override { return takes_msgpack_; }
  /// A request proves who it is by its own token; nothing is kept for the next one.
  void authenticated(std::shared_ptr<const principal>) override {}
  void authentication_failed() override {}
  void settled() override;

  responder& to_;
  rpc::dispatcher& dispatcher_;
  base::buffer answer_;
  format written_as_;
  format answer_format_ = format::json;
  bool takes_msgpack_;
  bool is_settled_ = false;
};

}  // namespace sidewire::http
