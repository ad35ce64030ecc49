#include <optional>
#include <sidewire/sidecar.hpp>
#include <stdexcept>

#include "base/log.hpp"
#include "server/engine.hpp"

namespace sidewire {

namespace {

class silent_logger final : public base::logger {
 public:
  silent_logger() : logger{base::log_level::off} {}

 private:
  void write(base::log_level, std::string_view, std::initializer_list<base::log_field>) override {}
};

server::configuration configuration_of(const sidecar_options& options) {
  server::configuration chosen;
  chosen.listen = options.listen;
  chosen.token = options.token;
  chosen.allow_origins = options.allow_origins;
  chosen.allow_hosts = options.allow_hosts;
  chosen.transports = options.transports;
  chosen.tls_cert = options.tls_cert;
  chosen.tls_key = options.tls_key;
  chosen.threads = static_cast<std::uint32_t>(options.threads);
  chosen.worker_threads = static_cast<std::uint32_t>(options.worker_threads);
  chosen.drain_timeout = options.drain_timeout;
  return chosen;
}

}  // namespace

struct sidecar::implementation {
  explicit implementation(const sidecar_options& options)
      : chosen{configuration_of(options)},
        about{.title = options.title, .version = options.version, .license = options.license} {}

  server::engine& listening() {
    if (!engine) throw std::logic_error{"call sidecar::listen first"};
    return *engine;
  }

  server::configuration chosen;
  rpc::openrpc_info about;
  silent_logger log;
  registry methods;
  sidewire::topics topics;
  std::optional<server::engine> engine;
};

sidecar::sidecar(sidecar_options options)
    : implementation_{std::make_unique<implementation>(options)} {}
sidecar::~sidecar() = default;

registry& sidecar::methods() {
  return implementation_->methods;
}

sidewire::topics& sidecar::topics() {
  return implementation_->topics;
}

void sidecar::listen() {
  auto& own = *implementation_;
  own.engine.emplace(own.chosen, std::move(own.methods), own.topics, own.about, own.log);
  own.engine->listen();
}

const std::string& sidecar::url() const {
  return implementation_->listening().facts().url;
}
const std::string& sidecar::token() const {
  return implementation_->listening().facts().token;
}
void sidecar::run() {
  implementation_->listening().run();
}

void sidecar::stop() {
  server::engine& running = implementation_->listening();
  running.post(
      [&running, patience = implementation_->chosen.drain_timeout] { running.drain(patience); });
}

}  // namespace sidewire
