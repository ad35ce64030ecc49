#pragma once

#include <memory>
#include <optional>
#include <sidewire/registry.hpp>
#include <sidewire/topic.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "server/configuration.hpp"
#include "server/engine.hpp"
#include "server/ready_line.hpp"

namespace sidewire::server {

/// The whole life of the sidecar's process: tells that it is ready, announces itself, starts the
/// user interface, watches its parent, takes signals, and ends in good order (section 12 of the
/// protocol). One in a process.
class program {
 public:
  /// `log` and `output` outlive it.
  /// `environment`: each `NAME=VALUE`, for the user interface that it may start.
  /// `activated`: sockets that systemd passed, which are listened on where the configuration names
  /// nothing else.
  program(configuration chosen, std::span<const net::endpoint> activated,
          std::vector<std::string> environment, standard_output& output, base::logger& log);
  ~program();
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// What it serves; to be filled before `run`.
  registry& methods() noexcept { return methods_; }
  /// What it publishes; to be declared before `run`.
  sidewire::topics& topics() noexcept { return topics_; }
  /// Any thread, while `run` runs.
  traffic counted() const { return engine_->counted(); }
  /// See `engine::sessions`. Neither the thread that runs nor a shard's.
  std::optional<std::vector<session::session_facts>> sessions() const {
    return engine_->sessions();
  }
  const std::string& instance() const { return engine_->facts().instance; }

  /// Serves until it is told to end. The exit status.
  int run();

 private:
  struct life;

  configuration chosen_;
  std::vector<std::string> environment_;
  standard_output& output_;
  base::logger& log_;
  registry methods_;
  sidewire::topics topics_;
  std::unique_ptr<engine> engine_;
};

}  // namespace sidewire::server
