#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "transports/http/request_parser.hpp"
#include "transports/net/channel.hpp"
#include "transports/websocket/codec.hpp"

namespace sidewire::tests {

/// The opening handshake; then `echo_conversation` goes on. Shard.
class handshake_conversation final : public net::conversation {
 public:
  /// `tools` outlive it and what follows it.
  handshake_conversation(net::channel& channel, websocket::deflate_tools& tools);

  std::size_t on_bytes(std::span<char> input) override;
  void on_end() override { channel_.fail(); }
  void on_drain(std::chrono::milliseconds) override {}
  void on_drain_deadline() override {}
  bool is_busy() const noexcept override { return false; }

 private:
  void accept();
  void refuse(unsigned status);

  net::channel& channel_;
  websocket::deflate_tools& tools_;
  http::request_parser parser_;
};

/// Sends every message back, compressed where that was agreed on, pongs, and closes as RFC 6455
/// asks. Shard.
class echo_conversation final : public net::conversation {
 public:
  explicit echo_conversation(net::channel& channel);

  void compress(std::unique_ptr<websocket::permessage_deflate> agreed) {
    codec_.compress(std::move(agreed));
  }

  std::size_t on_bytes(std::span<char> input) override;
  std::size_t bytes_wanted() const noexcept override { return codec_.bytes_wanted(); }
  void on_end() override { channel_.fail(); }
  void on_drain(std::chrono::milliseconds) override {}
  void on_drain_deadline() override {}
  bool is_busy() const noexcept override { return false; }

 private:
  void take(const websocket::event& found);
  void echo(websocket::opcode op, std::string_view message);
  void close(const websocket::event& found);

  net::channel& channel_;
  websocket::codec codec_;
};

}  // namespace sidewire::tests
