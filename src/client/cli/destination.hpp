#pragma once

#include <functional>
#include <optional>
#include <sidewire/client.hpp>
#include <string>

#include "client/cli/arguments.hpp"
#include "client/cli/params.hpp"

namespace sidewire::cli {

/// Looks up an environment variable.
using variable_reader = std::function<std::optional<std::string>(const std::string& name)>;

/// How to reach the server: the command line wins over the announce file, which wins over
/// SIDEWIRE_URL and SIDEWIRE_TOKEN; without any URL it is the server's default port here. On
/// failure: `invalid_params`, and what to do.
result<client_options> find_destination(const arguments& given, const variable_reader& variable,
                                        const file_reader& read_file);

}  // namespace sidewire::cli
