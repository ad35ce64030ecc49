#pragma once

#include <memory>

#include "base/timer_queue.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/calling_exchange.hpp"
#include "transports/http/decision.hpp"

namespace sidewire::http {

/// A one-shot `POST /rpc` that is answered by Server-Sent Events: the call's `$/progress` as it
/// comes, then its response, then the end. Shard.
class call_stream final : public calling_exchange {
 public:
  /// `to` and `dispatcher` outlive it.
  call_stream(responder& to, rpc::dispatcher& dispatcher, const decision& made);
  ~call_stream() override;

  // exchange
  void begin(std::string& body) override;

 private:
  // rpc::caller
  base::buffer& begin_message(format as) override;
  void end_message() override;
  void drop_message() override { message_.clear(); }
  bool has_room() const noexcept override { return to_.channel().has_room(); }
  rpc::progress_delivery delivery() const noexcept override {
    return rpc::progress_delivery::notified;
  }
  bool takes_msgpack() const noexcept override { return takes_msgpack_; }
  void settled() override;

  void begin_events();
  void keep_alive(base::time_point now);

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
