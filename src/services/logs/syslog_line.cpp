#include <algorithm>
#include <charconv>

#include "services/logs/level_text.hpp"
#include "services/logs/line_formats.hpp"
#include "services/logs/time_text.hpp"

namespace sidewire::services::logs {
namespace {

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

/// "<34>": the severity is what remains of a division by 8 (RFC 5424, 6.2.1).
std::optional<log_level> take_priority(std::string_view& text) {
  constexpr unsigned max_priority = 191;
  if (!text.starts_with('<')) return std::nullopt;
  unsigned priority = 0;
  const char* const end = text.data() + std::min<std::size_t>(text.size(), 5);
  const auto [at, problem] = std::from_chars(text.data() + 1, end, priority);
  if (problem != std::errc{} || at == end || *at != '>' || priority > max_priority) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
  return level_of_number(priority % 8);
}

/// Drops "-" or any number of "[id name="value" …]" (RFC 5424, 6.3).
void skip_structured_data(std::string_view& text) {
  if (text.starts_with('-')) {
    take_word(text);
    return;
  }
  while (text.starts_with('[')) {
    bool quoted = false;
    std::size_t at = 1;
    for (; at < text.size() && (quoted || text[at] != ']'); ++at) {
      if (text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        quoted = !quoted;
      }
    }
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  if (text.starts_with(' ')) text.remove_prefix(1);
}

/// "1 2026-11-21T03:14:15.003Z host app 812 ID47 [data] text" becomes "app[812]: text".
std::optional<parsed_line> parse_rfc5424(std::string_view line, std::string_view text,
                                         std::optional<log_level> level, const wall_clock& clock,
                                         std::string& memory) {
  if (!text.starts_with("1 ")) return std::nullopt;
  text.remove_prefix(2);
  parsed_line parsed{.time = {}, .level = level, .message = {}, .line = line};
  const std::string_view time = take_word(text);
  if (time != "-") {
    const auto found = time_at_front(time, clock);
    if (!found) return std::nullopt;
    parsed.time = found->time;
  }
  take_word(text);  // host
  const std::string_view program = take_word(text);
  const std::string_view process = take_word(text);
  take_word(text);  // message id
  skip_structured_data(text);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (program.empty() || program == "-") {
    parsed.message = text;
    return parsed;
  }
  memory.assign(program);
  if (!process.empty() && process != "-") memory.append("[").append(process).append("]");
  memory.append(": ").append(text);
  parsed.message = memory;
  return parsed;
}

/// Whether a word is what programs call themselves by: "sshd[812]:", "kernel:".
bool is_tag(std::string_view word, syslog_certainty certainty) {
  if (word.size() < 2 || word.back() != ':') return false;
  return certainty == syslog_certainty::known || word.ends_with("]:") || word == "kernel:";
}

}  // namespace

std::optional<parsed_line> parse_syslog_line(std::string_view line, const wall_clock& clock,
                                             syslog_certainty certainty, std::string& memory) {
  std::string_view text = line;
  const std::optional<log_level> priority = take_priority(text);
  if (priority) {
    if (auto parsed = parse_rfc5424(line, text, priority, clock, memory)) return parsed;
  }
  const auto time = time_at_front(text, clock);
  if (!time || text.starts_with('[')) return std::nullopt;
  // Only the form without a year, or a priority, is syslog's alone.
  const bool typical = priority || (text.front() >= 'A' && text.front() <= 'Z');
  text.remove_prefix(time->length);
  if (!text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);

  std::string_view after_host = text;
  take_word(after_host);
  const std::string_view tag = after_host.substr(0, after_host.find(' '));
  const bool tagged = is_tag(tag, typical ? syslog_certainty::known : certainty);
  if (!typical && !tagged && certainty == syslog_certainty::looks) return std::nullopt;

  parsed_line parsed{.time = time->time, .level = priority, .message = text, .line = line};
  if (tagged) parsed.message = after_host;
  if (!parsed.level) parsed.level = level_in(parsed.message).level;
  return parsed;
}

}  // namespace sidewire::services::logs
