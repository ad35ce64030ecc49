#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/catalog.hpp"
#include "server/option_table.hpp"

/// Puts a configuration together from its sources: each source gives its values in turn, the weaker
/// ones first, and what is wrong with them is gathered, so that one start tells everything.
namespace sidewire::server {

/// From the weakest to the strongest.
enum class value_source : std::uint8_t { defaults, file, environment, command_line };

/// Where a value stands: a source and how a person finds it there.
struct place {
  value_source source = value_source::defaults;
  /// "sidewire.toml", "SIDEWIRE_PORT", "--port".
  std::string name = "default";
  /// Of a file, from 1; else 0.
  std::uint32_t line = 0;
};

/// "sidewire.toml:12", "--port".
std::string to_string(const place& where);

/// Something that is wrong with a configuration, or odd.
struct configuration_problem {
  place where;
  std::string message;
};

/// "sidewire.toml:12: unknown key …".
std::string to_string(const configuration_problem& problem);

/// What the sources said together. Where `errors` is not empty, `chosen` is not to be used.
struct configuration_result {
  configuration chosen;
  /// Where each option's value stands, by its name; only of options that some source gave.
  std::map<std::string_view, place> places;
  std::vector<configuration_problem> errors;
  std::vector<configuration_problem> warnings;
};

/// Not thread-safe.
class configuration_builder {
 public:
  /// Takes a value of the option's type, checks it and prefers it to what weaker sources said. A
  /// list replaces a weaker source's list; a relative path becomes absolute.
  void assign(const option& row, option_value value, place where);

  /// The same from texts, as the command line and the environment have them: of a plain option the
  /// last counts, of a list all.
  void assign_texts(const option& row, const std::vector<std::string>& texts, place where);

  void assign_token(std::string_view token, place where);
  void add_log_source(log_source source, place where);
  void add_topic(topic_options declared, place where);

  void add_error(place where, std::string message);
  void add_warning(place where, std::string message);

  /// Judges what no single option can: options that exclude or need one another.
  configuration_result finish() &&;

 private:
  place place_of(std::string_view option_name) const;
  void settle_listen();
  void check_tls();
  void check_authentication();
  void check_launch();

  configuration_result result_;
  place token_place_;
  pubsub::catalog declared_;
};

}  // namespace sidewire::server
