#pragma once

#include <memory>

#include "base/timer_queue.hpp"
#include "rpc/caller.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/decision.hpp"
#include "transports/http/exchange.hpp"

namespace sidewire::http {

/// A one-shot `POST /rpc` that is answered by Server-Sent Events: the call's `$/progress` as it
/// comes, then its response, then the end. As a caller it is whoever sent the request. Shard.
class call_stream final : public exchange, private rpc::caller {
 public:
  /// `to` and `dispatcher` outlive it.
  call_stream(responder& to, rpc::dispatcher& dispatcher, const decision& made);
  ~call_stream() override;

  // exchange
  void begin(std::string& body) override;
  void on_room() override { made_room(); }
  void on_drain_deadline() override;

 private:
  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override;
  void drop_message() override { message_.clear(); }
  bool has_room() const noexcept override { return to_.channel().has_room(); }
  bool takes_msgpack() const noexcept override { return takes_msgpack_; }
  /// A request proves who it is by its own token; nothing is kept for the next one.
  void authenticated(std::shared_ptr<const principal>) override {}
  void authentication_failed() override {}
  void settled() override;

  void begin_events();
  void keep_alive(base::time_point now);

  responder& to_;
  rpc::dispatcher& dispatcher_;
  base::buffer message_;  // the one under way
  format written_as_;
  format message_format_ = format::json;
  base::member_timer<call_stream, &call_stream::keep_alive> silence_{*this};
  bool takes_msgpack_;
  bool has_begun_ = false;
  bool is_settled_ = false;
};

}  // namespace sidewire::http
