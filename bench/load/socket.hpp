#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace sidewire::bench {

/// A TCP socket to a server on loopback, owned. Every failure throws std::system_error.
class socket {
 public:
  socket() = default;
  /// Connects, blocking, from the source address 127.0.0.1 + `source`, so that more connections
  /// than one address has ports can be made. TCP_NODELAY is set.
  socket(std::uint16_t port, std::uint32_t source);
  ~socket();
  socket(socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  socket& operator=(socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int descriptor() const { return descriptor_; }
  void set_non_blocking();
  /// No more is sent.
  void shut_down();

  /// Whether bytes leave now, or with those that are sent next.
  enum class pushing : std::uint8_t { now, later };
  /// How many bytes went; 0 where a non-blocking socket takes none now.
  std::size_t send_some(std::string_view bytes, pushing when = pushing::now);
  /// Sends all, blocking.
  void send_all(std::string_view bytes);

  struct received {
    std::size_t count = 0;
    bool ended = false;  ///< the server sends nothing more
  };
  /// Count 0 without an end: a non-blocking socket has nothing now.
  received receive_some(std::span<char> into);

 private:
  int descriptor_ = -1;
};

}  // namespace sidewire::bench
