#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "server/configuration_builder.hpp"

/// What the program was asked to do: the first thing that `main` finds out.
namespace sidewire::server {

/// Serve. The warnings are for the log.
struct serve_command {
  configuration chosen;
  std::vector<configuration_problem> warnings;
};

/// Print and exit: help, version, a printed configuration, or what is wrong.
struct print_command {
  std::string standard_output;
  std::string standard_error;
  int exit_status = 0;
};

using parsed_command_line = std::variant<serve_command, print_command>;

/// The exit status for a wrong command line or configuration.
inline constexpr int exit_usage = 2;

/// Puts command line, environment and configuration file together. Reads the file that `--config`
/// or `SIDEWIRE_CONFIG` names; touches nothing else.
/// @param arguments   without the program's name
/// @param environment each `NAME=VALUE`
parsed_command_line parse_command_line(std::span<const std::string> arguments,
                                       std::span<const std::string> environment);

}  // namespace sidewire::server
