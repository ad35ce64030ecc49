#include "services/logs/level_text.hpp"

#include <algorithm>
#include <array>

namespace sidewire::services::logs {
namespace {

struct known_word {
  std::string_view word;
  log_level level;
};

constexpr std::array known_words{
    known_word{"info", log_level::info},        known_word{"error", log_level::error},
    known_word{"warn", log_level::warn},        known_word{"warning", log_level::warn},
    known_word{"debug", log_level::debug},      known_word{"trace", log_level::trace},
    known_word{"notice", log_level::info},      known_word{"err", log_level::error},
    known_word{"fatal", log_level::fatal},      known_word{"critical", log_level::fatal},
    known_word{"crit", log_level::fatal},       known_word{"panic", log_level::fatal},
    known_word{"alert", log_level::fatal},      known_word{"emerg", log_level::fatal},
    known_word{"emergency", log_level::fatal},  known_word{"severe", log_level::error},
    known_word{"information", log_level::info}, known_word{"verbose", log_level::debug},
    known_word{"dbg", log_level::debug},        known_word{"inf", log_level::info},
    known_word{"wrn", log_level::warn},
};

char lowered(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool equal_in_any_case(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(),
                    [](char left, char right) { return lowered(left) == right; });
}

bool is_upper(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char byte) { return byte >= 'A' && byte <= 'Z'; });
}

std::string_view trim_front(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

/// "\x1b[32m", the colours of terminals.
std::string_view without_colour(std::string_view text) {
  while (text.starts_with("\x1b[")) {
    const std::size_t end = text.find('m');
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return text;
}

/// The level that a word of a line stands for, with what punctuation says about it.
std::optional<log_level> level_of_token(std::string_view token) {
  token = without_colour(token);
  token = token.substr(0, token.find('\x1b'));
  const bool marked = token.size() > 1 && (token.front() == '[' || token.front() == '<' ||
                                           token.back() == ':' || token.back() == ']');
  while (!token.empty() && std::string_view{"[<("}.find(token.front()) != std::string_view::npos) {
    token.remove_prefix(1);
  }
  while (!token.empty() &&
         std::string_view{"]>):|,"}.find(token.back()) != std::string_view::npos) {
    token.remove_suffix(1);
  }
  if (!marked && !is_upper(token)) return std::nullopt;
  if (marked && token == "LOG") return log_level::info;  // PostgreSQL
  if (marked) {                                          // Apache: "[core:error]"
    if (const auto colon = token.rfind(':'); colon != std::string_view::npos) {
      token.remove_prefix(colon + 1);
    }
  }
  return level_of_word(token);
}

/// "level=info" anywhere in the first bytes, as logfmt writes it.
std::optional<log_level> level_of_pair(std::string_view text) {
  constexpr std::size_t searched_bytes = 256;
  text = text.substr(0, searched_bytes);
  for (const std::string_view key : {"level=", "lvl=", "severity="}) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos || (at != 0 && text[at - 1] != ' ')) continue;
    std::string_view word = text.substr(at + key.size());
    if (word.starts_with('"')) word.remove_prefix(1);
    if (const auto level = level_of_word(word.substr(0, word.find_first_of(" \",")))) return level;
  }
  return std::nullopt;
}

}  // namespace

std::optional<log_level> level_of_word(std::string_view word) {
  for (const known_word& known : known_words) {
    if (equal_in_any_case(word, known.word)) return known.level;
  }
  return std::nullopt;
}

std::optional<log_level> level_of_number(double number) {
  constexpr std::array syslog{log_level::fatal, log_level::fatal, log_level::fatal,
                              log_level::error, log_level::warn,  log_level::info,
                              log_level::info,  log_level::debug};
  if (number >= 0 && number < 8) return syslog[static_cast<std::size_t>(number)];
  if (number >= 10 && number < 70) {
    return static_cast<log_level>(static_cast<unsigned>(number) / 10 - 1);
  }
  return std::nullopt;
}

found_level level_in(std::string_view text) {
  constexpr int searched_words = 5;
  std::string_view rest = trim_front(text);
  for (int word = 0; word < searched_words && !rest.empty(); ++word) {
    const std::string_view token = rest.substr(0, rest.find_first_of(" \t"));
    rest = trim_front(rest.substr(token.size()));
    if (const auto level = level_of_token(token)) {
      return {level, word == 0 && !rest.empty() ? rest : text};
    }
  }
  return {level_of_pair(text), text};
}

}  // namespace sidewire::services::logs
