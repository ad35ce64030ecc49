#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/compression.hpp"
#include "base/timer_queue.hpp"
#include "pubsub/hub.hpp"
#include "rpc/dispatcher.hpp"
#include "transports/http/site.hpp"
#include "transports/net/host.hpp"
#include "transports/net/make_stream.hpp"
#include "transports/net/peer_address.hpp"
#include "transports/net/unique_fd.hpp"
#include "transports/websocket/deflate_tools.hpp"

namespace sidewire::server {

/// What all shards are given; outlives them.
struct shared_parts {
  const base::limits& limits;
  base::logger& log;
  rpc::worker_pool& workers;
  rpc::keyed_calls& keyed;
  rpc::recorder* traffic;  ///< null: none
  const registry& methods;
  const pubsub::catalog& topics;
  const rpc::authenticator& tokens;
  const security::origin_policy& origins;
  const negotiate::policy& transports;
  std::shared_ptr<const principal> everybody;  ///< null: a token is asked for
  json_view discovery;
  std::string_view openapi;
  std::function<std::string()> metrics;
  std::string_view base_path;
  std::string_view instance;
  base::compression compression;
  const net::tls_context* tls;  ///< null: none
  std::size_t shard_count;
};

/// One thread's part of the server: its loop, timers, connections and dispatcher. A connection
/// stays on its shard. The thread that runs it is the only one to call it, but for `accept`,
/// `post`, `stop` and what counts.
class shard {
 public:
  /// How connections get to other shards.
  struct ways {
    websocket::shard_mover move_session;
    http::request_mover move_request;
  };

  /// `index`: among the server's shards.
  shard(const shared_parts& shared, std::size_t index, ways to_others);
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;
  ~shard();

  boost::asio::io_context& context() noexcept { return context_; }
  base::timer_queue& timers() noexcept { return timers_; }
  /// The subscriptions of its connections.
  pubsub::hub& topics() noexcept { return topics_; }
  /// Runs until `stop`.
  void run() { context_.run(); }
  /// Any thread.
  void stop() { context_.stop(); }
  void post(std::function<void()> work);

  /// Takes a connection over, which counts from now on. Any thread.
  void accept(net::unique_fd socket, const net::peer_address& peer, bool too_many);
  /// Takes over a connection of another shard, whose session is here. Any thread.
  void accept(websocket::arriving_session arriving);
  void accept(http::arriving_request arriving);
  /// Connections, those on their way included. Any thread.
  std::size_t connection_count() const noexcept {
    return host_.count() + arriving_.load(std::memory_order_relaxed);
  }
  const rpc::counters& counts() const noexcept { return counters_; }
  std::uint64_t received_bytes(net::spoken what) const noexcept {
    return host_.received_bytes(what);
  }
  std::uint64_t sent_bytes(net::spoken what) const noexcept { return host_.sent_bytes(what); }
  const pubsub::delivery_counts& deliveries() const noexcept { return topics_.counts(); }
  /// Of this shard.
  std::vector<session::session_facts> sessions() const { return sessions_.list(); }
  /// Any thread.
  const session::session_counts& session_counts() const noexcept { return sessions_.counts(); }

  /// Called on the shard when a connection has come or gone.
  void on_count_changed(std::function<void()> told) { host_.on_count_changed(std::move(told)); }

  /// Connections end when they have nothing to do; they have `patience` to come there.
  void drain(std::chrono::milliseconds patience);
  /// Whatever still runs is cancelled and answered.
  void end_calls();

 private:
  void open(net::unique_fd socket, const net::peer_address& peer, bool too_many);
  void open(websocket::arriving_session arriving);
  void open(http::arriving_request arriving);
  template <class Arriving>
  void accept_later(Arriving arriving);
  std::shared_ptr<net::channel> take_channel(net::departure& parts);
  void watch_timers();
  void timers_due();
  base::time_point now() noexcept {
    return counters_.by_method.clock_was_read(std::chrono::steady_clock::now());
  }

  const shared_parts& shared_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      clock_;
  base::timer_queue timers_;
  rpc::counters counters_;
  pubsub::hub topics_;
  websocket::deflate_tools deflate_;
  net::host host_;
  rpc::dispatcher dispatcher_;
  session::store sessions_;
  session::envelope_reader envelopes_;
  http::poll_desk polls_;
  http::site site_;
  std::atomic<std::size_t> arriving_{0};
};

}  // namespace sidewire::server
