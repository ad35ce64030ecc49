#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sidewire/client.hpp>
#include <string>
#include <variant>
#include <vector>

namespace sidewire::cli {

enum class command : std::uint8_t { call, discover, doctor, ping, replay, subscribe };

enum class replay_pace : std::uint8_t {
  recorded,  ///< calls begin when they did
  fast,      ///< one after the other
};

enum class output_style : std::uint8_t {
  automatic,  ///< `readable` on a terminal, else `json`
  readable,   ///< tables and lists
  pretty,     ///< indented JSON
  json,       ///< one line of JSON a result
  raw,        ///< a string's characters or the bytes themselves, else `json`
};

/// A command line that makes sense.
struct arguments {
  command what = command::call;
  std::string method;  ///< call; discover: empty for all
  std::vector<std::string> params;

  std::string url;
  std::string announce_file;
  std::string token_file;
  client_tls_options tls;
  client_transport transport = client_transport::automatic;
  format written_as = format::json;
  /// Nothing: the default. Zero: none.
  std::optional<std::chrono::milliseconds> timeout;

  output_style output = output_style::automatic;
  bool as_notification = false;
  bool show_progress = false;
  std::size_t ping_count = 10;
  std::chrono::milliseconds hold{6'000};  ///< doctor: how long a quiet connection is watched
  std::string topic;                      ///< subscribe: a name or a pattern
  subscribe_options subscribing = {};
  std::string recording;  ///< replay: a file, or - for standard input
  replay_pace pace = replay_pace::recorded;
};

/// What to print instead of doing anything: help, the version, or what is wrong.
struct usage_answer {
  int exit_status = 0;
  std::string text;
};

std::variant<arguments, usage_answer> parse_arguments(int count, const char* const* values);

}  // namespace sidewire::cli
