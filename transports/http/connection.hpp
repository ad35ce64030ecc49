#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/timer_queue.hpp"
#include "rpc/caller.hpp"
#include "transports/http/request_parser.hpp"
#include "transports/http/response.hpp"
#include "transports/http/route.hpp"
#include "transports/http/site.hpp"
#include "transports/net/channel.hpp"

namespace sidewire::websocket {
class connection;
}

namespace sidewire::http {

/// One HTTP/1.1 connection: takes requests one after the other, answers in their order, and hands
/// the channel over to WebSocket after an upgrade. As a caller it is whoever sent the request at
/// hand. Shard.
class connection final : public net::conversation, public rpc::caller {
 public:
  /// Whether the server still takes connections; one too many is told so and closed.
  enum class admission : std::uint8_t { admitted, one_too_many };

  /// `where` outlives the connection.
  connection(net::channel& channel, site& where, security::stream_kind stream, admission entry);
  ~connection() override;

  // net::conversation
  std::size_t on_bytes(std::span<char> input) override;
  void on_end() override;
  void on_room() override { made_room(); }
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override;
  bool is_busy() const noexcept override { return phase_ == phase::calling; }

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

 private:
  enum class phase : std::uint8_t {
    idle,
    reading,
    calling,
    upgraded,  ///< what follows is for the next conversation
    closing,
  };

  void take_head();
  void take_request();
  void respond(const decision& made);
  void respond_preflight();
  void respond_json(unsigned status, std::string_view body, std::string_view type);
  void write_common(head_writer& head) const;
  void refuse(unsigned status, std::string_view text, std::string_view allow = {});
  void upgrade();
  std::unique_ptr<websocket::connection> make_websocket(std::string_view subprotocol);
  void end_request();
  void close();
  void watch(std::chrono::milliseconds limit);
  void time_is_up(base::time_point now);

  net::channel& channel_;
  site& site_;
  std::unique_ptr<request_parser> parser_;
  decision decision_;
  base::buffer answer_;
  format answer_format_ = format::json;
  base::member_timer<connection, &connection::time_is_up> patience_{*this};
  base::time_point body_deadline_{};
  security::stream_kind stream_;
  admission admission_;
  phase phase_ = phase::idle;
  bool keep_alive_ = true;
  bool takes_msgpack_ = false;
  bool in_loop_ = false;
};

}  // namespace sidewire::http
