#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "services/logs/entry.hpp"
#include "services/logs/wall_clock.hpp"

namespace sidewire::services::logs {

/// How a file's lines are written.
enum class line_format : std::uint8_t {
  detect,  ///< each line by its looks; "auto" in configurations and on the wire
  plain,   ///< text with a time and a level somewhere at its front, or without
  json,    ///< an object a line; lines that are none count as plain
  syslog,  ///< RFC 3164, RFC 5424, and the first with an RFC 3339 time
};

/// "auto", "plain", "json", "syslog".
std::string_view name_of(line_format format);
std::optional<line_format> format_of(std::string_view name);

class json_line_parser;

/// Reads what lines say. Every text is a line: what isn't understood is its message. Not
/// thread-safe: reuses its memory.
class line_parser {
 public:
  line_parser(line_format written_as, wall_clock clock);
  ~line_parser();
  line_parser(line_parser&&) noexcept;
  line_parser& operator=(line_parser&&) noexcept;

  /// The result refers to `line`, and is valid until the next call. A line that was cut ends with
  /// `cut_mark`.
  parsed_line parse(raw_line line);
  /// When the file that lines come from was last written.
  void set_latest(log_time written) { clock_.set_latest(written); }

 private:
  parsed_line parse_text(std::string_view line);

  line_format format_;
  wall_clock clock_;
  std::unique_ptr<json_line_parser> json_;
  std::string cut_text_;
  std::string message_text_;
};

}  // namespace sidewire::services::logs
