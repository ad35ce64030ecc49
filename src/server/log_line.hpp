#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "server/configuration.hpp"

namespace sidewire::server {

/// How a log line looks.
enum class log_style : std::uint8_t {
  json,           ///< `{"time":"…","level":"info","message":"…",…}`
  text,           ///< `12:34:56.789 info  message  name=value`
  coloured_text,  ///< the same with ANSI colours
};

/// What a format means on this descriptor: `automatic` is text on a terminal, with colours unless
/// `NO_COLOR` says otherwise (no-color.org) or the terminal is a dumb one.
log_style style_for(log_format wanted, int fd);

/// Appends one line with its line feed. Whatever is in message and fields, it stays one line and
/// nothing in it is a control character, so that no peer can forge a line or steer a terminal.
/// A text longer than 8 KiB is cut.
void append_log_line(std::string& out, log_style style, std::chrono::system_clock::time_point when,
                     base::log_level level, std::string_view message,
                     std::initializer_list<base::log_field> fields);

}  // namespace sidewire::server
