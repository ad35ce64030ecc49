#pragma once

#include <string>

#include "server/configuration_builder.hpp"

/// What the option table looks like to people and tools: help, effective configuration, schema.
namespace sidewire::server {

/// `--help`: everything but the limits. Ends with a line feed, as the others do.
std::string help_text();

/// `--help-limits`.
std::string limits_help_text();

/// `--print-config`: the effective configuration as a TOML file that says the same again, with
/// where each value came from in a comment. Never the token.
std::string configuration_as_toml(const configuration_result& effective);

/// The JSON Schema (2020-12) of the file, indented.
std::string configuration_schema();

}  // namespace sidewire::server
