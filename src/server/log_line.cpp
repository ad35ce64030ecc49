#include "server/log_line.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>

#include "server/option_member.hpp"
#include "server/quoted_text.hpp"
#include "server/timestamp.hpp"

namespace sidewire::server {
namespace {

constexpr std::size_t max_text_bytes = 8 * 1024;

std::string_view cut(std::string_view text) {
  return text.substr(0, max_text_bytes);
}

std::string_view level_name(base::log_level level) {
  return words_of<base::log_level>[static_cast<std::size_t>(level)];
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> text;
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

/// A value as JSON.
struct json_value {
  std::string& out;

  void operator()(std::string_view value) const { append_quoted(out, cut(value)); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { append_number(out, value); }
  void operator()(std::uint64_t value) const { append_number(out, value); }
  void operator()(double value) const {
    // JSON has no word for infinities and what is no number.
    std::isfinite(value) ? append_number(out, value) : void(out += "null");
  }
};

/// A value for people: quoted only where it could be read as more than one.
struct text_value : json_value {
  using json_value::operator();
  void operator()(std::string_view value) const {
    const bool is_plain = !value.empty() && value.find_first_of(" \"=") == value.npos;
    is_plain ? append_printable(out, cut(value)) : append_quoted(out, cut(value));
  }
};

void append_json(std::string& out, std::string_view time, base::log_level level,
                 std::string_view message, std::initializer_list<base::log_field> fields) {
  out += R"({"time":")";
  out += time;
  out += R"(","level":")";
  out += level_name(level);
  out += R"(","message":)";
  append_quoted(out, cut(message));
  for (const auto& field : fields) {
    out += ',';
    append_quoted(out, field.name);
    out += ':';
    std::visit(json_value{out}, field.value);
  }
  out += "}\n";
}

struct palette {
  std::string_view time;
  std::string_view level;
  std::string_view name;
  std::string_view end;
};

palette palette_for(log_style style, base::log_level level) {
  if (style != log_style::coloured_text) return {};
  constexpr std::string_view dim = "\x1b[2m";
  constexpr std::array<std::string_view, 6> colours{dim,          dim,          "\x1b[32m",
                                                    "\x1b[1;33m", "\x1b[1;31m", dim};
  return {dim, colours[static_cast<std::size_t>(level)], dim, "\x1b[0m"};
}

void append_coloured(std::string& out, std::string_view colour, std::string_view text,
                     std::string_view end) {
  out += colour;
  out += text;
  out += end;
}

void append_text(std::string& out, const palette& colours, std::string_view time,
                 base::log_level level, std::string_view message,
                 std::initializer_list<base::log_field> fields) {
  constexpr std::size_t level_width = 5;
  const std::string_view name = level_name(level);
  append_coloured(out, colours.time, time, colours.end);
  out += ' ';
  append_coloured(out, colours.level, name, colours.end);
  out.append(level_width - name.size() + 1, ' ');
  append_printable(out, cut(message));
  for (const auto& field : fields) {
    out += "  ";
    append_coloured(out, colours.name, std::string{field.name} + "=", colours.end);
    std::visit(text_value{{out}}, field.value);
  }
  out += '\n';
}

}  // namespace

log_style style_for(log_format wanted, int fd) {
  const bool is_terminal = ::isatty(fd) == 1;
  if (wanted == log_format::json || (wanted == log_format::automatic && !is_terminal))
    return log_style::json;
  const char* no_color = ::getenv("NO_COLOR");
  const char* terminal = ::getenv("TERM");
  const bool is_dumb = !terminal || std::string_view{terminal} == "dumb";
  return is_terminal && !(no_color && *no_color) && !is_dumb ? log_style::coloured_text
                                                             : log_style::text;
}

void append_log_line(std::string& out, log_style style, std::chrono::system_clock::time_point when,
                     base::log_level level, std::string_view message,
                     std::initializer_list<base::log_field> fields) {
  const std::string time = timestamp(when);
  if (style == log_style::json) {
    append_json(out, time, level, message, fields);
  } else {
    constexpr std::size_t time_of_day = std::string_view{"2026-01-01T"}.size();
    constexpr std::size_t time_bytes = std::string_view{"12:34:56.789"}.size();
    append_text(out, palette_for(style, level),
                std::string_view{time}.substr(time_of_day, time_bytes), level, message, fields);
  }
}

}  // namespace sidewire::server
