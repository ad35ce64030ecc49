#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sidewire/client.hpp>

#include "client/cli/commands.hpp"
#include "client/cli/destination.hpp"
#include "client/cli/failure.hpp"
#include "client/cli/params.hpp"

using namespace sidewire::cli;

namespace {

constexpr std::size_t default_width = 80;

std::optional<std::string> read_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return {};
  return std::string{value};
}

sidewire::result<std::string> read_file(const std::string& path) {
  if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open() || file.bad()) {
    return sidewire::error{sidewire::error_kind::invalid_params,
                           "cannot read " + path + ": " + std::strerror(errno)};
  }
  return text;
}

palette colours_of(int descriptor) {
  return {.enabled = isatty(descriptor) != 0 && !read_variable("NO_COLOR") &&
                     read_variable("TERM") != "dumb"};
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  return default_width;
}

console make_console(output_style style) {
  if (style == output_style::automatic) {
    style = isatty(STDOUT_FILENO) != 0 ? output_style::readable : output_style::json;
  }
  const canvas shown_on{.width = terminal_width(), .colours = colours_of(STDOUT_FILENO)};
  return {std::cout, std::cerr, style, shown_on, colours_of(STDERR_FILENO)};
}

exit_code run(const arguments& given, console& shown, interrupt& stop) {
  auto options = find_destination(given, read_variable, read_file);
  const auto params = read_params(given.params, read_file);
  for (const sidewire::error* wrong :
       {options ? nullptr : &options.error(), params ? nullptr : &params.error()}) {
    if (wrong == nullptr) continue;
    shown.complain(wrong->message());
    return exit_code::usage;
  }
  if (given.what == command::doctor) return run_doctor(given, std::move(*options), shown);
  connection_notes notes{shown};
  if (given.what == command::subscribe) {
    options->limits.reconnect_timeout = sidewire::no_timeout;
    options->on_state = [&notes](sidewire::connection_state state, const sidewire::error* reason) {
      notes.tell_state(state, reason);
    };
    options->on_transport = [&notes](const sidewire::transport_use& use) {
      notes.tell_transport(use);
    };
  }
  auto client = sidewire::rpc_client::connect(std::move(*options));
  if (!client) {
    if (client.error().kind() == sidewire::error_kind::invalid_params) {
      shown.complain(client.error().message());
      return exit_code::usage;
    }
    return report_failure(shown, client.error(), {}, nullptr);
  }
  switch (given.what) {
    case command::call:
      return run_call(given, *params, **client, shown, stop);
    case command::doctor:
      break;
    case command::discover:
      return run_discover(given, **client, shown);
    case command::subscribe:
      return run_subscribe(given, **client, shown, stop, notes);
    case command::replay:
      return run_replay(given, **client, shown, stop);
    case command::ping:
      return run_ping(given, **client, shown, stop);
  }
  return exit_code::usage;
}

}  // namespace

int main(int count, char** values) {
  const auto parsed = parse_arguments(count, values);
  if (const auto* answer = std::get_if<usage_answer>(&parsed)) {
    (answer->exit_status == 0 ? std::cout : std::cerr) << answer->text;
    return answer->exit_status;
  }
  interrupt stop;
  const auto& given = std::get<arguments>(parsed);
  console shown = make_console(given.output);
  return static_cast<int>(run(given, shown, stop));
}
