#include <malloc.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/command_line.hpp"
#include "server/program.hpp"
#include "server/stderr_logger.hpp"
#include "services/logs/configured.hpp"
#include "services/logs/log_topics.hpp"
#include "services/metrics/metrics.hpp"
#include "services/service_thread.hpp"
#include "services/system/program_facts.hpp"
#include "services/system/system.hpp"
#include "transports/net/activation.hpp"

using namespace sidewire;

namespace {

/// Buffers of megabytes come from the system and go back to it. By itself glibc takes them from the
/// heap once some were freed, and then every one that stays keeps those before it.
void keep_large_buffers_off_the_heap() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
}

int print(const server::print_command& asked) {
  std::cout << asked.standard_output << std::flush;
  std::cerr << asked.standard_error << std::flush;
  return asked.exit_status;
}

int serve(const server::serve_command& asked, std::vector<std::string> environment) {
  keep_large_buffers_off_the_heap();
  const auto activated = net::take_activated_endpoints();
  server::standard_output output;
  server::stderr_logger log{{.level = asked.chosen.log_level,
                             .style = server::style_for(asked.chosen.log_style, STDERR_FILENO)}};
  for (const auto& warning : asked.warnings) {
    const std::string reason = server::to_string(warning);
    log.log(base::log_level::warn, "configuration", {{"reason", std::string_view{reason}}});
  }
  server::program program{asked.chosen, activated, std::move(environment), output, log};
  services::add_system(program.methods(), std::make_shared<services::program_facts>(program));
  services::add_logs(program.methods(), services::logs_of(asked.chosen));
  services::service_thread work{log};
  try {
    services::publish_logs(program.topics(), services::logs_of(asked.chosen), work);
    services::publish_metrics(program.topics(), asked.chosen.metrics_interval, work);
  } catch (const std::invalid_argument& refused) {
    log.log(base::log_level::error, "the server cannot start",
            {{"reason", std::string_view{refused.what()}}});
    return 1;
  }
  return program.run();
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + argument_count);
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  const auto asked = server::parse_command_line(given, environment);
  if (const auto* printing = std::get_if<server::print_command>(&asked)) return print(*printing);
  return serve(std::get<server::serve_command>(asked), std::move(environment));
}
