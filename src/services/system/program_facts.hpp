#pragma once

#include "server/program.hpp"
#include "services/system/server_facts.hpp"

namespace sidewire::services {

/// The program that the `system` service tells about. Any thread, while the program runs.
class program_facts final : public server_facts {
 public:
  /// `told` outlives this.
  explicit program_facts(const server::program& told) : program_{told} {}

  server_counters counters() const override {
    const server::traffic now = program_.counted();
    return {.connections = now.connections,
            .connections_total = now.connections_total,
            .calls_in_flight = now.calls_in_flight,
            .calls = now.calls,
            .failed_calls = now.failed_calls,
            .notifications = now.notifications,
            .received_bytes = now.received_bytes,
            .sent_bytes = now.sent_bytes};
  }
  std::string instance() const override { return program_.instance(); }
  result<session_list> sessions() const override;

 private:
  const server::program& program_;
};

}  // namespace sidewire::services
