#include "services/logs/line_parser.hpp"

#include <array>
#include <utility>

#include "services/logs/line_formats.hpp"

namespace sidewire::services::logs {
namespace {

constexpr std::array<std::pair<std::string_view, line_format>, 4> format_names{{
    {"auto", line_format::detect},
    {"plain", line_format::plain},
    {"json", line_format::json},
    {"syslog", line_format::syslog},
}};

}  // namespace

std::string_view name_of(line_format format) {
  for (const auto& [name, known] : format_names) {
    if (known == format) return name;
  }
  return {};
}

std::optional<line_format> format_of(std::string_view name) {
  for (const auto& [known, format] : format_names) {
    if (known == name) return format;
  }
  return std::nullopt;
}

line_parser::line_parser(line_format written_as, wall_clock clock)
    : format_{written_as}, clock_{std::move(clock)}, json_{std::make_unique<json_line_parser>()} {}
line_parser::~line_parser() = default;
line_parser::line_parser(line_parser&&) noexcept = default;
line_parser& line_parser::operator=(line_parser&&) noexcept = default;

parsed_line line_parser::parse(raw_line line) {
  if (!line.cut) return parse_text(line.text);
  cut_text_.assign(line.text).append(cut_mark);
  return parse_text(cut_text_);
}

parsed_line line_parser::parse_text(std::string_view line) {
  const bool may_be_json = format_ == line_format::json || format_ == line_format::detect;
  if (may_be_json && line.starts_with('{')) {
    if (auto parsed = json_->parse(line, clock_)) return *parsed;
  }
  if (format_ == line_format::syslog || format_ == line_format::detect) {
    const auto certainty =
        format_ == line_format::syslog ? syslog_certainty::known : syslog_certainty::looks;
    if (auto parsed = parse_syslog_line(line, clock_, certainty, message_text_)) return *parsed;
  }
  return parse_plain_line(line, clock_);
}

}  // namespace sidewire::services::logs
