#pragma once

#include <optional>
#include <string_view>

#include "services/logs/entry.hpp"

/// The words and numbers by which programs name severities.

namespace sidewire::services::logs {

/// The level that a word names, in any case: "warning", "ERR", "Critical". Empty for other words.
std::optional<log_level> level_of_word(std::string_view word);

/// The level of a number: syslog's severities (RFC 5424, 6.2.1) 0 to 7, or 10 to 60 by tens, as
/// pino and bunyan write them.
std::optional<log_level> level_of_number(double number);

/// A level found in a text, and what is left of the text when it began with the level.
struct found_level {
  std::optional<log_level> level;
  std::string_view rest;
};

/// Looks for a level where programs put it: among the first words of `text`, in capitals, in
/// brackets or before a colon ("ERROR", "[warn]", "dpkg: warning:"), or as "level=info".
found_level level_in(std::string_view text);

}  // namespace sidewire::services::logs
