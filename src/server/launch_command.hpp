#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/server_facts.hpp"

/// What `--launch` runs, made from its text without running anything.
namespace sidewire::server {

/// Splits a command into words as a POSIX shell does with quotes and backslashes (2.2 of its
/// chapter), and does nothing else that a shell does: no variables, patterns, pipes or
/// substitutions, so that the process which runs is the one that was named. Who wants a shell names
/// it: `sh -c '…'`. Nothing where a quote is not closed or there is no word.
std::optional<std::vector<std::string>> split_command(std::string_view command);

/// How to start the user interface. A plain value.
struct launch_plan {
  /// The program first: `{port}` and `{url}` replaced in every word, or else, where neither occurs,
  /// `--ws-port=PORT` added at the end.
  std::vector<std::string> arguments;
  /// `TAURI_WS_PORT`, `SIDEWIRE_URL` and `SIDEWIRE_TOKEN` in place of every `SIDEWIRE_…` of the
  /// server, so that a sidecar which it starts in turn does not inherit this one's options.
  std::vector<std::string> environment;
  /// The token, which is not to be logged where the program prints it; may be empty.
  std::string secret;
};

/// `own_environment` is the server's, each `NAME=VALUE`. The command must be one that
/// `split_command` splits.
launch_plan make_launch_plan(std::string_view command, const server_facts& facts,
                             std::span<const std::string> own_environment);

/// Replaces every `name` in a text; whether there was one.
bool replace_all(std::string& text, std::string_view name, std::string_view value);

}  // namespace sidewire::server
