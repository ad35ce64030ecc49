#include "server/launch.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include "server/spawn.hpp"

namespace sidewire::server {

launched_application::launched_application(boost::asio::io_context& context, base::logger& log,
                                           std::chrono::milliseconds kill_delay)
    : context_{context}, log_{log}, kill_delay_{kill_delay}, kill_{context} {}

launched_application::~launched_application() {
  if (!is_running()) return;
  ::kill(-process_, SIGKILL);
  reap();
}

void launched_application::start(const launch_plan& plan, std::function<void()> on_exit) {
  spawned_process spawned = spawn(plan.arguments, plan.environment);
  secret_ = plan.secret;
  process_ = spawned.id;
  on_exit_ = std::move(on_exit);
  follow(standard_output_, std::move(spawned.standard_output), "stdout");
  follow(standard_error_, std::move(spawned.standard_error), "stderr");
  watch_.emplace(context_, process_, [this] { exited(); });
  log_.log(base::log_level::info, "the user interface was started",
           {{"program", plan.arguments.front()}, {"pid", std::int64_t{process_}}});
}

void launched_application::stop() {
  if (!is_running()) return;
  ::kill(-process_, SIGTERM);
  kill_.set(kill_delay_, [this] {
    log_.log(base::log_level::warn, "the user interface did not end and is killed");
    ::kill(-process_, SIGKILL);
  });
}

void launched_application::follow(std::optional<child_output>& output, net::unique_fd pipe,
                                  std::string_view stream) {
  output.emplace(context_, std::move(pipe),
                 [this, stream](std::string_view line) { log_line(stream, line); });
}

void launched_application::log_line(std::string_view stream, std::string_view line) {
  std::string told{line};
  if (!secret_.empty()) replace_all(told, secret_, "[token]");
  log_.log(base::log_level::info, "the user interface says", {{"stream", stream}, {"line", told}});
}

void launched_application::exited() {
  kill_.cancel();
  // What it started and left behind is asked to end too. It is not yet waited for, so the number of
  // its group cannot be another's.
  ::kill(-process_, SIGTERM);
  reap();
  standard_output_->finish();
  standard_error_->finish();
  // Taken out first, since the call may destroy this.
  const auto call = std::move(on_exit_);
  call();
}

void launched_application::reap() {
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  if (WIFSIGNALED(status)) {
    log_.log(base::log_level::info, "the user interface was ended by a signal",
             {{"signal", std::int64_t{WTERMSIG(status)}}});
  } else {
    log_.log(base::log_level::info, "the user interface has ended",
             {{"status", std::int64_t{WEXITSTATUS(status)}}});
  }
}

}  // namespace sidewire::server
