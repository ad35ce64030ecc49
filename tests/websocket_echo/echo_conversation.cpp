#include "echo_conversation.hpp"

#include <memory>
#include <utility>

#include "transports/http/response.hpp"
#include "transports/websocket/deflate_terms.hpp"
#include "transports/websocket/frame_writer.hpp"
#include "transports/websocket/handshake.hpp"

namespace sidewire::tests {
namespace {

constexpr websocket::deflate_policy any_window{.max_server_window_bits = 15,
                                               .max_client_window_bits = 15};

}  // namespace

handshake_conversation::handshake_conversation(net::channel& channel,
                                               websocket::deflate_tools& tools)
    : channel_{channel},
      tools_{tools},
      parser_{channel.shared().limits().max_header_bytes,
              channel.shared().limits().max_message_bytes} {}

std::size_t handshake_conversation::on_bytes(std::span<char> input) {
  using progress = http::request_parser::progress;
  std::size_t consumed = 0;
  const auto found = parser_.feed(input, consumed);
  if (found == progress::head) {
    accept();
  } else if (found == progress::failed) {
    refuse(parser_.failure().status);
  }
  return consumed;
}

void handshake_conversation::accept() {
  const http::request_head& asked = parser_.head();
  const auto verdict = websocket::judge_upgrade({.method = asked.method,
                                                 .http_version = asked.version,
                                                 .upgrade = asked.upgrade,
                                                 .connection = asked.connection,
                                                 .version = asked.websocket_version,
                                                 .key = asked.websocket_key,
                                                 .subprotocols = asked.websocket_protocol,
                                                 .extensions = asked.websocket_extensions});
  if (!verdict.accepted()) return refuse(verdict.status);
  const std::string accepted = websocket::accept_key(asked.websocket_key);
  const auto agreed = websocket::agree_on_deflate(asked.websocket_extensions, any_window);
  const std::string extension = agreed ? websocket::deflate_answer(*agreed) : std::string{};
  http::response answer{
      .status = 101,
      .headers = {
          {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accepted}}};
  if (agreed) answer.headers.push_back({"Sec-WebSocket-Extensions", extension});
  http::write_response(channel_.output(), {}, answer);
  channel_.send();
  auto next = std::make_unique<echo_conversation>(channel_);
  if (agreed) next->compress(std::make_unique<websocket::permessage_deflate>(*agreed, tools_));
  channel_.hand_over(std::move(next));
}

void handshake_conversation::refuse(unsigned status) {
  http::write_response(channel_.output(), {.after = http::answer_style::connection::close},
                       {.status = status});
  channel_.close_after_sending();
}

echo_conversation::echo_conversation(net::channel& channel)
    : channel_{channel}, codec_{channel.shared().limits().max_message_bytes} {}

std::size_t echo_conversation::on_bytes(std::span<char> input) {
  std::size_t taken = 0;
  while (!channel_.is_closing() && !channel_.is_full()) {
    std::size_t consumed = 0;
    const websocket::event found = codec_.next(input.subspan(taken), consumed);
    taken += consumed;
    if (found.what == websocket::event::kind::need_more) break;
    take(found);
  }
  return taken;
}

void echo_conversation::take(const websocket::event& found) {
  using kind = websocket::event::kind;
  const std::string_view payload{found.payload.data(), found.payload.size()};
  switch (found.what) {
    case kind::message: {
      const bool text = found.type == websocket::message_kind::text;
      return echo(text ? websocket::opcode::text : websocket::opcode::binary, payload);
    }
    case kind::ping:
      websocket::write_frame(channel_.output(), websocket::opcode::pong, payload);
      return channel_.send();
    case kind::closed:
    case kind::violation:
      return close(found);
    case kind::pong:
    case kind::need_more:
      return;
  }
}

void echo_conversation::echo(websocket::opcode op, std::string_view message) {
  std::string_view smaller;
  if (auto* const compression = codec_.compression()) smaller = compression->deflate(message);
  if (smaller.empty()) {
    websocket::write_frame(channel_.output(), op, message);
  } else {
    websocket::write_frame(channel_.output(), op, smaller, websocket::frame_form::compressed);
  }
  channel_.send();
}

void echo_conversation::close(const websocket::event& found) {
  websocket::write_close(channel_.output(), found.close_code, {});
  channel_.close_after_sending();
}

}  // namespace sidewire::tests
