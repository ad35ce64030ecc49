#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <sidewire/registry.hpp>
#include <sidewire/topic.hpp>
#include <string>
#include <vector>

namespace sidewire {

/// How an embedded server listens, whom it lets in, and what it calls itself.
struct sidecar_options {
  /// Each `HOST:PORT`, `unix:PATH` or `fd:N`. `localhost` is 127.0.0.1 and ::1 on one port; port 0
  /// lets the system choose.
  std::vector<std::string> listen = {"localhost:0"};
  /// What clients must prove; empty: a new one is made.
  std::string token = {};
  /// Origins beside the server's own and those of webviews, such as "https://app.example.com".
  std::vector<std::string> allow_origins = {};
  /// Names that `Host` may have beside loopback.
  std::vector<std::string> allow_hosts = {};
  /// The transports that are served, the best first: `websocket`, `sse`, `poll`, `post`. Empty: all
  /// of them, in this order.
  std::vector<std::string> transports = {};
  /// PEM files for TLS; both or none.
  std::string tls_cert = {};
  std::string tls_key = {};
  std::size_t threads = 1;         ///< that serve connections
  std::size_t worker_threads = 4;  ///< for blocking methods
  /// How long calls may go on after `stop`.
  std::chrono::milliseconds drain_timeout{10'000};
  /// What the OpenRPC document says of the program; the licence as an SPDX name, empty for none.
  std::string title = "A sidewire application";
  std::string version = "0.0.0";
  std::string license = {};
};

/// A server within a program of one's own: add methods, listen, run. Its log goes nowhere; who
/// wants the sidecar's command line, log and life of a process starts the program `sidewire`.
class sidecar {
 public:
  explicit sidecar(sidecar_options options = {});
  ~sidecar();
  sidecar(const sidecar&) = delete;
  sidecar& operator=(const sidecar&) = delete;

  /// What it serves; to be filled before `listen`.
  registry& methods();
  /// What it publishes; to be declared before `listen`.
  sidewire::topics& topics();

  /// Opens every endpoint. Throws std::runtime_error or std::invalid_argument that names what is in
  /// the way.
  void listen();
  /// The base address, such as `http://127.0.0.1:49843`. After `listen`.
  const std::string& url() const;
  /// What clients prove themselves with. After `listen`.
  const std::string& token() const;

  /// Serves until `stop`. Blocks; once.
  void run();
  /// Lets calls in flight finish, then ends `run`. Any thread, after `listen`.
  void stop();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace sidewire
