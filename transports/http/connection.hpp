#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/timer_queue.hpp"
#include "transports/http/exchange.hpp"
#include "transports/http/request_parser.hpp"
#include "transports/http/route.hpp"
#include "transports/http/site.hpp"
#include "transports/net/channel.hpp"
#include "transports/websocket/deflate_terms.hpp"

namespace sidewire::websocket {
class connection;
}

namespace sidewire::http {

/// One HTTP/1.1 connection: takes requests one after the other, gives each to an exchange, writes
/// the answers in their order, and hands the channel over to WebSocket after an upgrade. Shard.
class connection final : public net::conversation, private responder {
 public:
  /// Whether the server still takes connections; one too many is told so and closed.
  enum class admission : std::uint8_t { admitted, one_too_many };

  /// `where` outlives the connection.
  connection(net::channel& channel, site& where, security::stream_kind stream, admission entry);
  ~connection() override;

  /// Goes on with a request that another shard has read. Once, before anything is fed.
  void take_over(request_on_its_way arrived);

  // net::conversation
  std::size_t on_bytes(std::span<char> input) override;
  void on_end() override;
  void on_room() override;
  void on_drain(std::chrono::milliseconds patience) override;
  void on_drain_deadline() override;
  bool is_busy() const noexcept override { return phase_ == phase::answering; }

 private:
  enum class phase : std::uint8_t {
    idle,
    reading,
    answering,
    departing,  ///< the connection goes on on another shard
    upgraded,   ///< what follows is for the next conversation
    closing,
  };

  // responder
  const request_head& request() const noexcept override;
  net::channel& channel() noexcept override { return channel_; }
  void respond(const response& answer) override;
  void refuse(unsigned status, std::string_view text) override;
  void begin_stream(const response& head) override;
  void write_part(std::string_view part) override;
  void end_stream() override;
  void move_to(std::size_t shard) override;

  void take_head();
  void judge_body();
  void take_request();
  void answer(std::string& body);
  void refuse(const decision& made);
  void upgrade();
  std::optional<websocket::deflate_terms> agree_on_compression() const;
  std::unique_ptr<websocket::connection> make_websocket(std::string_view subprotocol);
  void end_request();
  void forget_request();
  void close_after_answer() { style_.after = answer_style::connection::close; }
  void close();
  void watch(std::chrono::milliseconds limit);
  void time_is_up(base::time_point now);

  net::channel& channel_;
  site& site_;
  std::unique_ptr<request_parser> parser_;
  std::unique_ptr<request_head> arrived_head_;  // instead of the parser's
  decision decision_;
  answer_style style_;
  /// The last one lives on until the next begins: it may be what has just answered.
  std::unique_ptr<exchange> exchange_;
  base::member_timer<connection, &connection::time_is_up> patience_{*this};
  base::time_point body_deadline_{};
  security::stream_kind stream_;
  admission admission_;
  phase phase_ = phase::idle;
  bool in_loop_ = false;
  bool is_beginning_ = false;  // the exchange is within `begin`
  bool streams_ = false;       // its answer is a stream
};

}  // namespace sidewire::http
