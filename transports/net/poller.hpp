#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <span>
#include <vector>

#include "transports/net/stream.hpp"

namespace sidewire::net {

class readiness;

/// The sockets of one io_context in an epoll set of their own, which Asio waits for as if it were
/// one socket. Each enters once and edge-triggered, so that a busy connection costs no call to the
/// kernel beside its read and its write; Asio would ask again at each wait. Shard.
class poller final : public boost::asio::io_context::service {
 public:
  inline static boost::asio::io_context::id id;  // Asio finds a context's poller by it

  explicit poller(boost::asio::io_context& owner);
  static poller& of(boost::asio::io_context& context) {
    return boost::asio::use_service<poller>(context);
  }
  const executor& runs_on() const noexcept { return runs_on_; }

  /// Throws boost::system::system_error when the kernel does not let the socket be watched.
  void enter(readiness& socket);
  /// Nothing is delivered to it any more, nor what was found before.
  void leave(readiness& socket) noexcept;
  /// Reports the socket again once it can be written, at once where it already can.
  void watch_writable(readiness& socket);
  /// Delivers in the next turn what the socket is known to have.
  void deliver_soon(readiness& socket);

 private:
  static constexpr std::size_t max_events_per_turn = 128;

  void shutdown() override;
  void wait();
  std::span<epoll_event> take_ready();
  void deliver_ready();
  void deliver_known();
  static void deliver(epoll_event& event);
  void control(int operation, readiness& socket, std::uint32_t events);
  static void forget(std::span<epoll_event> events, const readiness& socket) noexcept;

  executor runs_on_;
  boost::asio::posix::basic_stream_descriptor<executor> set_;
  std::vector<readiness*> entered_;
  // Events under delivery; one that was forgotten has a null pointer.
  std::array<epoll_event, max_events_per_turn> ready_;
  std::span<epoll_event> delivering_;
  std::vector<epoll_event> known_;
  std::vector<epoll_event> delivering_known_;
};

}  // namespace sidewire::net
