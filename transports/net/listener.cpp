#include "transports/net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

#include "transports/net/stream.hpp"

namespace sidewire::net {
namespace {

using pause_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

// Connections taken in one turn, so that a flood of them leaves a share to those that are served.
constexpr int max_accepts_per_turn = 64;
// How long to wait for a descriptor or memory to become free.
constexpr std::chrono::milliseconds exhausted_pause{100};

enum class accept_outcome : std::uint8_t { taken, none_left, exhausted, broken };

/// The connection itself may have failed while it was queued; accept(2) tells its error as ours.
bool concerns_one_connection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

/// Accepts from one listening socket. It keeps itself alive while a wait is pending. Shard.
class accept_loop : public std::enable_shared_from_this<accept_loop> {
 public:
  accept_loop(boost::asio::io_context& context, unique_fd socket, base::logger& log)
      : socket_{context}, log_{log} {
    socket_.assign(socket.get());
    socket.release();
  }

  void start(listener::accept_handler handler) {
    handler_ = std::move(handler);
    wait();
  }

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.reset();
  }

 private:
  void wait() {
    socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error) self->accept_some();
                       });
  }

  void accept_some() {
    auto outcome = accept_outcome::taken;
    for (int count = 0; outcome == accept_outcome::taken && count < max_accepts_per_turn; ++count) {
      if (!socket_.is_open()) return;
      outcome = accept_one();
    }
    if (!socket_.is_open() || outcome == accept_outcome::broken) return;
    if (outcome == accept_outcome::exhausted) return wait_for_descriptors();
    if (outcome == accept_outcome::none_left) told_exhausted_ = false;
    wait();
  }

  accept_outcome accept_one() {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    unique_fd connected{::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address),
                                  &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!connected) return outcome_of(errno);
    if (address.ss_family != AF_UNIX) {
      const int on = 1;
      ::setsockopt(connected.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    handler_(std::move(connected), make_peer_address(address));
    return accept_outcome::taken;
  }

  accept_outcome outcome_of(int error) {
    if (error == EAGAIN || error == EWOULDBLOCK) return accept_outcome::none_left;
    if (concerns_one_connection(error)) return accept_outcome::taken;
    const std::string reason = std::generic_category().message(error);
    if (is_exhausted(error)) {
      if (!told_exhausted_) log_.log(base::log_level::warn, "cannot accept", {{"reason", reason}});
      told_exhausted_ = true;
      return accept_outcome::exhausted;
    }
    log_.log(base::log_level::error, "accepting has ended", {{"reason", reason}});
    return accept_outcome::broken;
  }

  void wait_for_descriptors() {
    pause_.emplace(socket_.get_executor(), exhausted_pause);
    pause_->async_wait([self = shared_from_this()](const boost::system::error_code&) {
      if (self->socket_.is_open()) self->accept_some();
    });
  }

  boost::asio::posix::basic_stream_descriptor<executor> socket_;
  std::optional<pause_timer> pause_;  // while there are no descriptors
  base::logger& log_;
  listener::accept_handler handler_;
  bool told_exhausted_ = false;
};

listener::listener(boost::asio::io_context& context, const endpoint& where, base::logger& log) {
  listening_sockets opened = open_listening_sockets(where);
  bound_ = std::move(opened.bound);
  file_ = std::move(opened.file);
  for (unique_fd& each : opened.sockets) {
    loops_.push_back(std::make_shared<accept_loop>(context, std::move(each), log));
  }
}

listener::~listener() {
  stop();
}

void listener::start(const accept_handler& handler) {
  for (const auto& each : loops_) each->start(handler);
}

void listener::stop() {
  for (const auto& each : loops_) each->stop();
  loops_.clear();
  file_ = {};
}

}  // namespace sidewire::net
