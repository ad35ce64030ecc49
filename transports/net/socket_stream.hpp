#pragma once

#include "transports/net/readiness.hpp"
#include "transports/net/stream.hpp"

namespace sidewire::net {

/// The stream over a TCP or Unix domain socket, which differ in nothing here. Shard.
class socket_stream final : public stream {
 public:
  socket_stream(boost::asio::io_context& context, unique_fd socket)
      : socket_{context, std::move(socket)} {}

  io_result read_some(std::span<char> into) override;
  io_result write_some(std::span<const iovec> buffers) override;
  void wait_readable(std::shared_ptr<stream_user> user) override {
    socket_.wait_readable(std::move(user));
  }
  void wait_writable(std::shared_ptr<stream_user> user) override {
    socket_.wait_writable(std::move(user));
  }
  void shutdown_write() override { socket_.shutdown_write(); }
  void close() override { socket_.close(); }
  void leave() override { socket_.leave(); }
  bool enter(boost::asio::io_context& context) override { return socket_.enter(context); }

 private:
  readiness socket_;
};

}  // namespace sidewire::net
