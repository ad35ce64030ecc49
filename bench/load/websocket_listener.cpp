// A listener on a WebSocket, in any dialect.
#include <stdexcept>

#include "load/greeting.hpp"
#include "load/listener.hpp"
#include "load/message_stream.hpp"
#include "load/requests.hpp"
#include "load/socket.hpp"

namespace sidewire::bench {
namespace {

class websocket_listener final : public listener {
 public:
  explicit websocket_listener(const options& wanted)
      : dialect_{wanted.dialect}, socket_{wanted.port, 0} {
    greet_and_ask(socket_, wanted);
    socket_.set_non_blocking();
  }

  int descriptor() const override { return socket_.descriptor(); }

  void receive(std::span<char> shared, std::uint64_t& clock, const taker& take) override {
    stream_.receive(socket_, shared, clock, [&](const received_answer& message) {
      if (dialect_ == dialect::session && is_session_message(message.payload)) return;
      ++received_;
      take(message.payload);
    });
    if (received_ - acknowledged_ >= acknowledged_at_once) acknowledge();
  }

  void acknowledge() override {
    if (dialect_ != dialect::session) return;
    const std::string frame = text_frame(session_ack(received_));
    if (socket_.send_some(frame) != frame.size()) {
      throw std::runtime_error{"no room for an acknowledgement"};
    }
    acknowledged_ = received_;
  }

 private:
  dialect dialect_;
  socket socket_;
  message_stream stream_{transport::websocket_text};
  std::uint64_t received_ = 1;  // the answer to the first request
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

std::unique_ptr<listener> listen_on_websocket(const options& wanted) {
  return std::make_unique<websocket_listener>(wanted);
}

}  // namespace sidewire::bench
