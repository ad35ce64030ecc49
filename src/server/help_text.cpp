#include <algorithm>

#include "base/version.hpp"
#include "server/configuration_text.hpp"

namespace sidewire::server {
namespace {

constexpr std::size_t line_width = 96;
constexpr std::size_t text_column = 28;

/// Appends words after what the line already holds, folded at `line_width`, continued lines at
/// `text_column`.
void append_folded(std::string& out, std::string_view text) {
  std::size_t column = out.size() - (out.rfind('\n') + 1);
  while (!text.empty()) {
    const std::size_t word_end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, word_end);
    text.remove_prefix(std::min(word_end + 1, text.size()));
    if (column > text_column && column + 1 + word.size() > line_width) {
      out += '\n' + std::string(text_column, ' ');
      column = text_column;
    } else if (column > text_column) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  out += '\n';
}

void append_entry(std::string& out, std::string_view left, std::string_view text) {
  const std::size_t line_begin = out.size();
  out += "  " + std::string{left};
  if (out.size() - line_begin + 2 > text_column) {
    out += '\n' + std::string(text_column, ' ');
  } else {
    out.append(text_column - (out.size() - line_begin), ' ');
  }
  append_folded(out, text);
}

std::string default_text(const option& row) {
  const option_value value = row.get(configuration{});
  if (const auto* integer = std::get_if<std::int64_t>(&value); integer && *integer != 0)
    return " [" + std::to_string(*integer) + "]";
  if (const auto* number = std::get_if<double>(&value); number && *number > 0)
    return " [" + number_text(*number) + "]";
  if (const auto* text = std::get_if<std::string>(&value); text && !text->empty())
    return " [" + *text + "]";
  return "";
}

void append_option(std::string& out, const option& row) {
  std::string left = "--" + std::string{row.name};
  if (!row.placeholder.empty()) left += " " + std::string{row.placeholder};
  std::string text{row.help};
  if (is_list(row.rule.kind)) text += " Repeatable.";
  append_entry(out, left, text + default_text(row));
}

}  // namespace

std::string help_text() {
  std::string out = "sidewire " + std::string{base::version} +
                    ": a JSON-RPC 2.0 sidecar server on one port, over WebSocket and HTTP.\n\n"
                    "Usage: sidewire [serve] [OPTION]...\n";
  std::string_view heading;
  for (const auto& row : option_table()) {
    if (row.section != "server") continue;
    if (row.heading != heading) out += "\n" + std::string{heading = row.heading} + "\n";
    append_option(out, row);
  }
  out += "\nConfiguration\n";
  append_entry(out, "--config FILE",
               "Read options from a TOML file: these under [server], limits under [limits], log "
               "files under [[logs]].");
  append_entry(out, "--check-config", "Say what is wrong with the configuration, and exit.");
  append_entry(out, "--print-config",
               "Print the effective configuration and where each value came from, and exit.");
  append_entry(out, "--print-schema", "Print the JSON Schema of the file, and exit.");
  append_entry(out, "--help-limits", "Print the options that set limits, and exit.");
  append_entry(out, "--help, -h", "Print this help, and exit.");
  append_entry(out, "--version", "Print the version, and exit.");
  out +=
      "\nEach option has one name everywhere: --drain-timeout, SIDEWIRE_DRAIN_TIMEOUT in the\n"
      "environment, drain-timeout in the file. The command line wins over the environment, the\n"
      "environment over the file. The token comes from SIDEWIRE_TOKEN alone, since others can see\n"
      "arguments.\n"
      "\nExamples\n"
      "  sidewire --port 0 --parent-pid $$            for an application that reads the ready "
      "line\n"
      "  sidewire --launch 'my-app --server={url}'    starts the application, and ends with it\n"
      "  sidewire --listen unix:/run/user/1000/sidewire.sock --auth none\n";
  return out;
}

std::string limits_help_text() {
  std::string out = "Limits: bytes, counts, and seconds with fractions.\n\n";
  for (const auto& row : option_table())
    if (row.section == "limits") append_option(out, row);
  return out;
}

}  // namespace sidewire::server
