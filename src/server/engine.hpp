#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <sidewire/registry.hpp>
#include <sidewire/topic.hpp>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "pubsub/exchange.hpp"
#include "pubsub/memory_broker.hpp"
#include "rpc/openrpc.hpp"
#include "rpc/worker_pool.hpp"
#include "security/launch_token.hpp"
#include "security/origin_policy.hpp"
#include "server/configuration.hpp"
#include "server/event_loop.hpp"
#include "server/server_facts.hpp"
#include "server/shard.hpp"
#include "server/traffic_recorder.hpp"
#include "transports/net/listener.hpp"
#include "transports/net/tls_context.hpp"

namespace sidewire::server {

/// What an engine has counted since its start, and has now.
struct traffic {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t connections_total = 0;
  std::uint64_t calls = 0;
  std::uint64_t failed_calls = 0;
  std::uint64_t calls_in_flight = 0;
  std::uint64_t notifications = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};

/// The server itself, without the life of a process around it: listeners, shards, and what they
/// share. The thread that runs it is the first shard's.
class engine {
 public:
  /// `methods` gets the server's own added. `about` is what `rpc.discover` says of the program.
  /// `declared` and `log` outlive the engine.
  engine(configuration chosen, registry methods, topics& declared, const rpc::openrpc_info& about,
         base::logger& log);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Opens every endpoint. Throws std::runtime_error naming what is in the way.
  void listen();
  /// Where it listens, and what proves who it is. After `listen`.
  const server_facts& facts() const noexcept { return facts_; }
  const std::vector<net::endpoint>& listening() const noexcept { return listening_; }

  /// Accepts and serves until a drain has ended. Blocks.
  void run();
  /// The loop of the first shard, for what belongs to the same thread.
  boost::asio::io_context& context() noexcept { return shards_.front()->context(); }

  /// Ends: accepts no more, lets what runs finish within `patience`, cancels what is left, closes.
  /// The first call counts. On the thread that runs, or through `post`.
  void drain(std::chrono::milliseconds patience);
  /// Any thread.
  void post(std::function<void()> work) { shards_.front()->post(std::move(work)); }

  /// Reads the certificate's files again. Throws std::runtime_error and goes on with the old ones.
  void reload_certificate();

  /// Told on the thread that runs, with the number of connections.
  void on_connections_changed(std::function<void(std::size_t)> told);
  std::size_t connection_count() const noexcept;
  traffic counted() const;
  /// What `/metrics` answers. Any thread, while it runs.
  std::string metrics() const;
  /// All sessions; nothing where a shard does not answer soon, as when the server ends. Waits for
  /// the shards: for other threads than theirs.
  std::optional<std::vector<session::session_facts>> sessions() const;

 private:
  void make_tls();
  void connect_topics();
  void accept(net::unique_fd socket, const net::peer_address& peer);
  void count_changed();
  void end_calls(std::chrono::milliseconds last_words);
  void stop();

  configuration chosen_;
  base::logger& log_;
  topics& topics_;
  registry methods_;
  json discovery_;
  json openapi_;
  std::string instance_;
  std::string token_;
  security::launch_token authority_;
  security::origin_policy origins_;
  negotiate::policy transports_;
  std::unique_ptr<net::tls_context> tls_;
  rpc::keyed_calls keyed_{chosen_.limits};
  std::optional<traffic_recorder> recorder_;
  std::optional<shared_parts> shared_;
  pubsub::memory_broker store_;
  // Lives longer than the shards, whose last handlers ask.
  std::optional<pubsub::exchange> exchange_;
  // Lives longer than the shards, whose last handlers ask.
  bool stopped_ = false;
  std::vector<std::unique_ptr<shard>> shards_;
  // Ends before the shards that its threads post to.
  std::unique_ptr<rpc::worker_pool> workers_;
  std::vector<std::unique_ptr<net::listener>> listeners_;
  std::vector<net::endpoint> listening_;
  server_facts facts_;
  std::optional<delayed_call> patience_;
  std::function<void(std::size_t)> connections_changed_;
  std::size_t next_shard_ = 0;
  std::atomic<std::uint64_t> accepted_total_{0};
  bool draining_ = false;
};

}  // namespace sidewire::server
