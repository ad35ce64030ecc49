#pragma once

#include <memory>

#include "transports/net/readiness.hpp"
#include "transports/net/stream.hpp"
#include "transports/net/tls_context.hpp"

struct ssl_st;

namespace sidewire::net {

/// The server's side of TLS over a socket. The handshake happens within the first reads. An end
/// without close_notify is a failure, since an attacker could have cut the stream. Shard.
class tls_stream final : public stream {
 public:
  /// Throws boost::system::system_error or std::bad_alloc when the system refuses.
  tls_stream(boost::asio::io_context& context, unique_fd socket, const tls_context& tls);
  ~tls_stream() override;

  io_result read_some(std::span<char> into) override;
  io_result write_some(std::span<const iovec> buffers) override;
  void wait_readable(std::shared_ptr<stream_user> user) override;
  void wait_writable(std::shared_ptr<stream_user> user) override;
  void shutdown_write() override;
  void close() override { socket_.close(); }
  void leave() override { socket_.leave(); }
  bool enter(boost::asio::io_context& context) override { return socket_.enter(context); }

 private:
  friend struct socket_bio;
  enum class step : std::uint8_t { done, wants_read, wants_write, ended, failed };

  step outcome_of(int returned);
  void send_close_notify();

  readiness socket_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  /// What the socket must be ready for before a read, or a write, gets further.
  readiness::direction read_needs_ = readiness::direction::read;
  readiness::direction write_needs_ = readiness::direction::write;
  /// OpenSSL may hold bytes, or the end, that no readiness of the socket will tell of.
  bool may_hold_input_ = false;
  /// The last read of the socket took all that it had: another within this call finds nothing.
  bool socket_drained_ = false;
  /// shutdown_write could not send close_notify for want of room; reads try again.
  bool close_notify_due_ = false;
};

}  // namespace sidewire::net
