#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The server's side of a conversation, written as a dialogue:
///
///     scripted_peer peer{[](peer_connection& client) {
///       client.expect(R"({"jsonrpc":"2.0","id":1,"method":"a"})");
///       client.send(R"({"jsonrpc":"2.0","id":1,"result":2})");
///     }};

namespace sidewire::test {

/// One WebSocket, as the script sees it. Every step throws where the client does otherwise.
class peer_connection {
 public:
  virtual ~peer_connection() = default;

  /// The header of the handshake, or "".
  virtual std::string header(std::string_view name) = 0;
  virtual std::string target() = 0;
  /// The next message must be this text. When a session acknowledges is its own affair: that is
  /// passed over.
  virtual void expect(std::string_view text) = 0;
  virtual void expect_binary(std::string_view bytes) = 0;
  virtual void send(std::string_view text) = 0;
  virtual void send_binary(std::string_view bytes) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// The client must end the connection now, with a close frame of code 1000.
  virtual void expect_close() = 0;
  /// Ends the connection without a close frame.
  virtual void drop() = 0;
};

/// Which subprotocol a peer chooses of those that are offered.
enum class peer_choice { first, jsonrpc };

/// Listens on a port of loopback and talks to the first client by its script, on a thread of its
/// own. The destructor waits for the script's end.
class scripted_peer {
 public:
  using script = std::function<void(peer_connection&)>;

  explicit scripted_peer(script dialogue, peer_choice choice = peer_choice::first)
      : scripted_peer{std::vector{std::move(dialogue)}, choice} {}
  /// A script for each connection, one after the other.
  explicit scripted_peer(std::vector<script> dialogues, peer_choice choice = peer_choice::first);
  ~scripted_peer();

  std::string url() const;
  /// Waits for the script's end: "" or what went otherwise than written.
  std::string finish();

  /// Answers the handshake with `response`, the bytes of an HTTP answer, instead.
  static std::unique_ptr<scripted_peer> refusing(std::string response);

 private:
  class implementation;
  explicit scripted_peer(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace sidewire::test
