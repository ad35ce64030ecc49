#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/configuration.hpp"
#include "server/option_value.hpp"

/// The one table of options. The command line, the environment's names, the configuration file, its
/// JSON Schema, `--help` and `--print-config` are all read off it, so an option is added here and
/// nowhere else.
namespace sidewire::server {

/// One row. A constant; any thread.
struct option {
  /// As on the command line after its dashes, and as in the file.
  std::string_view name;
  /// The table of the file: `server` or `limits`.
  std::string_view section;
  /// The heading of `--help` under which it stands.
  std::string_view heading;
  /// What stands for the value in `--help`; empty for a flag.
  std::string_view placeholder;
  /// One or two sentences.
  std::string_view help;
  value_rule rule;
  option_value (*get)(const configuration&);
  /// The value must be one that the rule takes.
  void (*set)(configuration&, const option_value&);
};

/// In the order of `--help`.
std::span<const option> option_table();

/// Nothing where there is none of this name.
const option* find_option(std::string_view name);

/// `SIDEWIRE_DRAIN_TIMEOUT` for `drain-timeout`.
std::string environment_name(std::string_view option_name);

}  // namespace sidewire::server
