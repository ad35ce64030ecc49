#include "server/configuration_text.hpp"
#include "server/option_member.hpp"
#include "server/quoted_text.hpp"
#include "server/topic_table.hpp"

namespace sidewire::server {
namespace {

/// Writes indented JSON, one member a line. The caller keeps the nesting right.
class schema_writer {
 public:
  void open(std::string_view name = {}) {
    begin(name);
    text_ += '{';
    ++depth_;
    is_first_ = true;
  }
  void close() {
    --depth_;
    new_line();
    text_ += '}';
    is_first_ = false;
  }
  /// `json` is already JSON.
  void member(std::string_view name, std::string_view json) {
    begin(name);
    text_ += json;
  }
  void text_member(std::string_view name, std::string_view value) { member(name, quoted_text(value)); }

  std::string finish() && { return std::move(text_) + "\n"; }

 private:
  void begin(std::string_view name) {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    if (depth_ > 0) new_line();
    if (!name.empty()) text_ += quoted_text(name) + ": ";
  }
  void new_line() { text_ += '\n' + std::string(depth_ * 2, ' '); }

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

std::string words_as_array(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + quoted_text(word);
  return "[" + text + "]";
}

/// A default as JSON; empty where there is none to tell.
std::string default_text(const option_value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  if (const auto* text = std::get_if<std::string>(&value))
    return text->empty() ? "" : quoted_text(*text);
  return "[]";
}

void write_type(schema_writer& out, const value_rule& rule) {
  switch (rule.kind) {
    case value_kind::flag:
      return out.text_member("type", "boolean");
    case value_kind::integer:
    case value_kind::seconds:
      out.text_member("type", rule.kind == value_kind::integer ? "integer" : "number");
      out.member("minimum", number_text(rule.min));
      return out.member("maximum", number_text(rule.max));
    case value_kind::text:
      return out.text_member("type", "string");
    case value_kind::path:
      out.text_member("type", "string");
      return out.member("minLength", "1");
    case value_kind::choice:
      return out.member("enum", words_as_array(rule.choices));
    case value_kind::text_list:
    case value_kind::path_list:
    case value_kind::address_list:
      out.text_member("type", "array");
      return out.member("items", R"({"type": "string", "minLength": 1})");
  }
}

void write_section(schema_writer& out, std::string_view section, std::string_view description) {
  out.open(section);
  out.text_member("type", "object");
  out.text_member("description", description);
  out.member("additionalProperties", "false");
  out.open("properties");
  for (const auto& row : option_table()) {
    if (row.section != section) continue;
    out.open(row.name);
    out.text_member("description", row.help);
    write_type(out, row.rule);
    const auto value = default_text(row.get(configuration{}));
    if (!value.empty()) out.member("default", value);
    out.close();
  }
  out.close();
  out.close();
}

void write_topics(schema_writer& out) {
  out.open("topic");
  out.text_member("type", "array");
  out.text_member("description", "Topics that clients publish to, beside those of the services.");
  out.open("items");
  out.text_member("type", "object");
  out.member("additionalProperties", "false");
  std::vector<std::string_view> required;
  for (const auto& row : topic_table()) {
    if (is_required(row)) required.push_back(row.name);
  }
  out.member("required", words_as_array(required));
  out.open("properties");
  for (const auto& row : topic_table()) {
    out.open(row.name);
    out.text_member("description", row.help);
    write_type(out, row.rule);
    if (row.rule.kind == value_kind::text_list) out.member("minItems", "1");
    const auto value = row.get(topic_options{});
    const auto text = value && !is_required(row) ? default_text(*value) : "";
    if (!text.empty()) out.member("default", text);
    out.close();
  }
  out.close();
  out.close();
  out.close();
}

void write_logs(schema_writer& out) {
  out.open("logs");
  out.text_member("type", "array");
  out.text_member("description", "The log files that the service `logs` reads.");
  out.open("items");
  out.text_member("type", "object");
  out.member("additionalProperties", "false");
  out.member("required", R"(["name", "path"])");
  out.open("properties");
  out.open("name");
  out.text_member("description", "What its callers name it. Each entry has its own.");
  out.text_member("type", "string");
  out.text_member("pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
  out.close();
  out.open("path");
  out.text_member("description", "A file, or a glob of several, from this file's folder.");
  out.text_member("type", "string");
  out.member("minLength", "1");
  out.close();
  out.open("format");
  out.text_member("description", "How its lines are written.");
  out.member("enum", words_as_array(words_of<log_file_format>));
  out.text_member("default", words_of<log_file_format>[0]);
  out.close();
  out.close();
  out.close();
  out.close();
}

}  // namespace

std::string configuration_schema() {
  schema_writer out;
  out.open();
  out.text_member("$schema", "https://json-schema.org/draft/2020-12/schema");
  out.text_member("title", "sidewire.toml");
  out.text_member("description",
                  "The configuration file of the sidewire server. Durations are seconds, relative "
                  "paths start at the file's folder. Written by `sidewire --print-schema`.");
  out.text_member("type", "object");
  out.member("additionalProperties", "false");
  out.open("properties");
  write_section(out, "server", "Each is an option of the command line too.");
  write_section(out, "limits", "Bounds. Each is an option of the command line too.");
  write_logs(out);
  write_topics(out);
  out.close();
  out.member("examples", R"([{"server": {"port": 0, "allow-origin": ["https://*.example.com"]}, )"
                         R"("limits": {"max-connections": 100}, )"
                         R"("logs": [{"name": "dpkg", "path": "/var/log/dpkg.log"}], )"
                         R"("topic": [{"name": "project/*", "events": ["project.changed"], )"
                         R"("publish": ""}]}])");
  out.close();
  return std::move(out).finish();
}

}  // namespace sidewire::server
