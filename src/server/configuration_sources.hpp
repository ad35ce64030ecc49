#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/configuration_builder.hpp"

/// The two sources that stand between the defaults and the command line.
namespace sidewire::server {

/// Reads a configuration file (TOML 1.0) into the builder: `[server]`, `[limits]`, `[[logs]]`
/// and `[[topic]]`.
/// `file_name` is its path, for the problems' places and for the folder from which relative paths
/// start. Unknown tables and keys are errors.
void read_toml(std::string_view text, const std::string& file_name, configuration_builder& builder);

/// The same from a file.
void read_configuration_file(const std::string& path, configuration_builder& builder);

/// Reads the `SIDEWIRE_…` variables among `variables`, each `NAME=VALUE`. A list's elements are
/// separated by commas. An unknown name is only a warning: orchestrators set such names by
/// themselves.
void read_environment(std::span<const std::string> variables, configuration_builder& builder);

}  // namespace sidewire::server
