#include "server/program.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>

#include "base/version.hpp"
#include "server/announce.hpp"
#include "server/event_loop.hpp"
#include "server/idle_exit.hpp"
#include "server/launch.hpp"
#include "server/launch_command.hpp"
#include "server/process_watch.hpp"
#include "server/stdin_watch.hpp"
#include "transports/net/file_limit.hpp"

namespace sidewire::server {

namespace {

using namespace std::chrono_literals;

/// How long calls in flight may go on when nobody is left to read their answers.
constexpr std::chrono::milliseconds orphan_patience = 1s;

rpc::openrpc_info about_program() {
  return {.title = "sidewire", .version = std::string{base::version}, .license = "Apache-2.0"};
}

}  // namespace

/// Everything that waits beside the connections while the engine runs. Lives on its thread.
struct program::life {
  explicit life(program& owner)
      : owner_{owner},
        engine_{*owner.engine_},
        announcer_{engine_.context(), owner.log_},
        application_{engine_.context(), owner.log_},
        idle_{owner.chosen_.idle_exit, std::chrono::steady_clock::now()},
        idle_check_{engine_.context()},
        signals_{engine_.context(), SIGTERM, SIGINT, SIGHUP} {}

  void begin() {
    const configuration& chosen = owner_.chosen_;
    if (chosen.parent_pid != 0) {
      parent_.emplace(engine_.context(), chosen.parent_pid,
                      [this] { end("the parent process has ended", orphaned_patience()); });
    }
    if (chosen.exit_on_stdin_eof) {
      input_.emplace(engine_.context(), STDIN_FILENO,
                     [this] { end("standard input has ended", orphaned_patience()); });
    }
    announcer_.start(chosen.announce, engine_.facts());
    tell_ready();
    if (!chosen.launch.empty()) {
      application_.start(make_launch_plan(chosen.launch, engine_.facts(), owner_.environment_),
                         [this] { end("the user interface has ended", chosen_patience()); });
    }
    engine_.on_connections_changed([this](std::size_t count) {
      idle_.connections_changed(count, std::chrono::steady_clock::now());
      check_idle();
    });
    check_idle();
    take_signal();
  }

  /// Waits for the user interface, which has been asked to end.
  void finish() {
    engine_.context().restart();
    while (application_.is_running()) engine_.context().run_one();
  }

 private:
  std::chrono::milliseconds chosen_patience() const { return owner_.chosen_.drain_timeout; }
  std::chrono::milliseconds orphaned_patience() const {
    return std::min(owner_.chosen_.drain_timeout, orphan_patience);
  }

  void tell_ready() {
    const bool own_token = owner_.chosen_.token.empty();
    const std::string text =
        owner_.output_.is_terminal()
            ? banner(engine_.facts(), engine_.listening(), owner_.chosen_.logs)
            : ready_json(engine_.facts(),
                         own_token ? token_telling::with_token : token_telling::without_token) +
                  "\n";
    if (!owner_.output_.write(text)) {
      owner_.log_.log(base::log_level::warn, "nobody reads standard output");
    }
  }

  void check_idle() {
    const auto deadline = idle_.deadline();
    if (!deadline) return idle_check_.cancel();
    const auto now = std::chrono::steady_clock::now();
    if (idle_.is_due(now)) return end("nobody was connected for long enough", 0ms);
    idle_check_.set(std::chrono::ceil<std::chrono::milliseconds>(*deadline - now),
                    [this] { check_idle(); });
  }

  void take_signal() {
    signals_.async_wait([this](boost::system::error_code aborted, int signal) {
      if (aborted) return;
      signal == SIGHUP ? reload() : end("a signal asked for it", chosen_patience());
      take_signal();
    });
  }

  void reload() {
    try {
      engine_.reload_certificate();
      owner_.log_.log(base::log_level::info, "the certificate was read again");
    } catch (const std::exception& failed) {
      owner_.log_.log(base::log_level::error, "the certificate stays as it was",
                      {{"reason", std::string_view{failed.what()}}});
    }
  }

  void end(std::string_view why, std::chrono::milliseconds patience) {
    if (ending_) return;
    ending_ = true;
    owner_.log_.log(base::log_level::info, "the server ends", {{"reason", why}});
    idle_check_.cancel();
    announcer_.stop();
    application_.stop();
    engine_.drain(patience);
  }

  program& owner_;
  engine& engine_;
  announcer announcer_;
  launched_application application_;
  idle_exit idle_;
  delayed_call idle_check_;
  std::optional<process_watch> parent_;
  std::optional<stdin_watch> input_;
  boost::asio::signal_set signals_;
  bool ending_ = false;
};

program::program(configuration chosen, std::span<const net::endpoint> activated,
                 std::vector<std::string> environment, standard_output& output, base::logger& log)
    : chosen_{std::move(chosen)}, environment_{std::move(environment)}, output_{output}, log_{log} {
  for (const topic_options& declared : chosen_.topics) topics_.add(declared);
  if (!chosen_.listen.empty()) return;
  for (const net::endpoint& socket : activated) chosen_.listen.push_back(net::to_string(socket));
}

program::~program() = default;

int program::run() {
  std::signal(SIGPIPE, SIG_IGN);
  net::raise_file_limit();
  try {
    engine_ =
        std::make_unique<engine>(chosen_, std::move(methods_), topics_, about_program(), log_);
    engine_->listen();
    life around{*this};
    around.begin();
    engine_->run();
    around.finish();
  } catch (const std::exception& failed) {
    log_.log(base::log_level::error, "the server cannot start",
             {{"reason", std::string_view{failed.what()}}});
    return 1;
  }
  return 0;
}

}  // namespace sidewire::server
