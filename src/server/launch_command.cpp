#include "server/launch_command.hpp"

namespace sidewire::server {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/// Reads one word after another off the front of a command.
class word_reader {
 public:
  explicit word_reader(std::string_view text) : rest_{text} {}

  bool skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    return !rest_.empty();
  }

  /// Nothing where a quote is not closed or a backslash ends the text.
  std::optional<std::string> next_word() {
    std::string word;
    while (!rest_.empty() && !is_blank(rest_.front())) {
      const char c = take();
      const bool is_sound = c == '\''   ? take_single_quoted(word)
                            : c == '"'  ? take_double_quoted(word)
                            : c == '\\' ? take_escaped(word)
                                        : (word += c, true);
      if (!is_sound) return std::nullopt;
    }
    return word;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool take_single_quoted(std::string& word) {
    const std::size_t end = rest_.find('\'');
    if (end == rest_.npos) return false;
    word += rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take_double_quoted(std::string& word) {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') return true;
      // Within double quotes a backslash quotes these alone; before another character it stays.
      const bool quotes_next = c == '\\' && !rest_.empty() &&
                               std::string_view{"\"\\$`\n"}.find(rest_.front()) != rest_.npos;
      word += quotes_next ? take() : c;
    }
    return false;
  }

  bool take_escaped(std::string& word) {
    if (rest_.empty()) return false;
    word += take();
    return true;
  }

  std::string_view rest_;
};

std::vector<std::string> arguments_of(std::vector<std::string> words, const server_facts& facts) {
  const std::string port = std::to_string(facts.port);
  bool is_told = false;
  for (auto& word : words) {
    is_told |= replace_all(word, "{port}", port);
    is_told |= replace_all(word, "{url}", facts.url);
  }
  if (!is_told) words.push_back("--ws-port=" + port);
  return words;
}

std::vector<std::string> environment_of(std::span<const std::string> own,
                                        const server_facts& facts) {
  std::vector<std::string> variables;
  for (const auto& variable : own)
    if (!variable.starts_with("SIDEWIRE_") && !variable.starts_with("TAURI_WS_PORT="))
      variables.push_back(variable);
  variables.push_back("TAURI_WS_PORT=" + std::to_string(facts.port));
  variables.push_back("SIDEWIRE_URL=" + facts.url);
  if (!facts.token.empty()) variables.push_back("SIDEWIRE_TOKEN=" + facts.token);
  return variables;
}

}  // namespace

std::optional<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> words;
  word_reader reader{command};
  while (reader.skip_blanks()) {
    auto word = reader.next_word();
    if (!word) return std::nullopt;
    words.push_back(*std::move(word));
  }
  if (words.empty() || words.front().empty()) return std::nullopt;
  return words;
}

launch_plan make_launch_plan(std::string_view command, const server_facts& facts,
                             std::span<const std::string> own_environment) {
  return {.arguments = arguments_of(split_command(command).value(), facts),
          .environment = environment_of(own_environment, facts),
          .secret = facts.token};
}

bool replace_all(std::string& text, std::string_view name, std::string_view value) {
  bool occurred = false;
  for (std::size_t at = 0; (at = text.find(name, at)) != text.npos; at += value.size()) {
    text.replace(at, name.size(), value);
    occurred = true;
  }
  return occurred;
}

}  // namespace sidewire::server
