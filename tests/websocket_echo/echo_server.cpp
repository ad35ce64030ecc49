#include "echo_server.hpp"

#include <memory>
#include <utility>
#include <variant>

#include "echo_conversation.hpp"
#include "transports/net/channel.hpp"
#include "transports/net/make_stream.hpp"

namespace sidewire::tests {

echo_server::echo_server(std::uint16_t port)
    : limits_{.compression_threshold_bytes = 0},
      log_{{.level = base::log_level::warn}},
      clock_{context_},
      timers_{[this] { watch_timers(); }},
      host_{context_.get_executor(), timers_, std::chrono::steady_clock::now, limits_, log_},
      listener_{context_, net::tcp_endpoint{.address = "127.0.0.1", .port = port}, log_} {}

std::uint16_t echo_server::port() const {
  return std::get<net::tcp_endpoint>(listener_.bound()).port;
}

void echo_server::run() {
  listener_.start(
      [this](net::unique_fd socket, const net::peer_address&) { open(std::move(socket)); });
  context_.run();
}

void echo_server::open(net::unique_fd socket) {
  auto bytes = net::make_stream(context_, std::move(socket));
  if (!bytes) return log_.log(base::log_level::warn, "a connection could not be watched");
  const auto channel = std::make_shared<net::channel>(host_, std::move(bytes));
  channel->open(std::make_unique<handshake_conversation>(*channel, tools_));
}

void echo_server::watch_timers() {
  clock_.expires_at(*timers_.next());
  clock_.async_wait([this](boost::system::error_code aborted) {
    if (aborted) return;
    timers_.run_expired(std::chrono::steady_clock::now());
    if (timers_.next()) watch_timers();
  });
}

}  // namespace sidewire::tests
