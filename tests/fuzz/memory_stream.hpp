#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "transports/net/stream.hpp"

namespace sidewire::fuzz {

/// The peer's side of a stream in memory: what it has sent, what it got, and who waits.
struct wire {
  std::string_view unsent;    ///< what the peer still has to send
  std::size_t readable = 0;   ///< how much of it has arrived
  std::size_t writable = 0;   ///< how much the peer takes now
  std::string received = {};  ///< by the peer
  bool closed = false;        ///< by the server
  std::shared_ptr<net::stream_user> reader = nullptr;
  std::shared_ptr<net::stream_user> writer = nullptr;
};

/// The server's side. The peer ends when it has sent all.
class memory_stream final : public net::stream {
 public:
  explicit memory_stream(wire& peer) : peer_{peer} {}

  net::io_result read_some(std::span<char> into) override {
    const std::size_t count = std::min(peer_.readable, into.size());
    if (count == 0) {
      return {peer_.unsent.empty() ? net::io_status::end : net::io_status::would_block};
    }
    std::memcpy(into.data(), peer_.unsent.data(), count);
    peer_.unsent.remove_prefix(count);
    peer_.readable -= count;
    return {net::io_status::done, count};
  }

  net::io_result write_some(std::span<const iovec> buffers) override {
    std::size_t count = 0;
    for (const iovec& each : buffers) {
      const std::size_t part = std::min(peer_.writable, each.iov_len);
      peer_.received.append(static_cast<const char*>(each.iov_base), part);
      peer_.writable -= part;
      count += part;
    }
    return {count == 0 ? net::io_status::would_block : net::io_status::done, count};
  }

  void wait_readable(std::shared_ptr<net::stream_user> user) override {
    peer_.reader = std::move(user);
  }
  void wait_writable(std::shared_ptr<net::stream_user> user) override {
    peer_.writer = std::move(user);
  }
  void shutdown_write() override {}
  void close() override { peer_.closed = true; }
  void leave() override {}
  bool enter(boost::asio::io_context&) override { return true; }

 private:
  wire& peer_;
};

}  // namespace sidewire::fuzz
