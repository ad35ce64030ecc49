#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "session/link.hpp"
#include "session/messages.hpp"
#include "tests/unit/session/session_scene.hpp"

namespace sidewire::session::test {

/// What goes over a model's connection, either way.
struct frame {
  enum class kind : std::uint8_t { message, open, ack, started, resumed, closed };

  kind what = kind::message;
  std::string text = {};       ///< a message, or the resume token
  std::uint64_t received = 0;  ///< open, ack, resumed
  std::uint64_t number = 0;    ///< of the first message that follows, for a check; closed: the code
};

/// A connection as two queues, with the server's end of it: what a transport does with its session.
/// Nothing moves by itself. Either queue can be cut short.
class model_connection final : public link {
 public:
  explicit model_connection(session_scene& server) : server_{server} {}

  std::deque<frame> to_server;
  std::deque<frame> to_client;

  /// The client is gone: the server gets the first `count` frames that wait for it and no more, the
  /// client none.
  void cut_after(std::size_t count);
  /// Whether the server has closed it or noticed that it is gone.
  bool is_over() const noexcept { return closed_ || noticed_; }
  /// The server reads one frame, or else the end of a connection that was cut.
  void server_reads();
  /// The session that it has on the server, if any.
  session* served() const noexcept { return session_; }

 private:
  bool takes_messages() const noexcept override { return true; }
  bool has_room() const noexcept override { return true; }
  void send(std::uint64_t number, format, std::string_view text) override;
  void send_control(std::string_view method, const type_description* type,
                    const void* params) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void calls_ended() override {}
  link_facts facts() const override { return {.transport = "scripted", .address = "nowhere"}; }

  void take(const frame& read);
  void open(const frame& asked);

  session_scene& server_;
  session* session_ = nullptr;
  std::uint64_t next_number_ = 0;
  bool cut_ = false;
  bool noticed_ = false;
  bool closed_ = false;
};

}  // namespace sidewire::session::test
