#include <toml++/toml.h>
#include <fstream>

#include "server/configuration_sources.hpp"
#include "server/option_checks.hpp"
#include "server/option_member.hpp"
#include "server/spelling.hpp"
#include "server/topic_table.hpp"

namespace sidewire::server {
namespace {

constexpr std::size_t max_file_bytes = 1024 * 1024;

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

class toml_reader {
 public:
  toml_reader(const std::string& file_name, configuration_builder& builder)
      : file_name_{file_name}, builder_{builder} {}

  void read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      if (key.str() == "server" || key.str() == "limits") {
        read_section(key.str(), node);
      } else if (key.str() == "logs") {
        read_logs(node);
      } else if (key.str() == "topic") {
        read_topics(node);
      } else {
        unknown_top_level(key);
      }
    }
  }

 private:
  void read_section(std::string_view section, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (!table) return wrong_type(section, node, "a table, as in [" + std::string{section} + "]");
    for (const auto& [key, value] : *table) {
      const option* row = find_option(key.str());
      if (row && row->section == section) {
        read_option(*row, value);
      } else {
        unknown_key(section, key);
      }
    }
  }

  void read_option(const option& row, const toml::node& node) {
    const auto value = to_option_value(row.rule.kind, node);
    if (!value && is_list(row.rule.kind) && node.is_array())
      return builder_.add_error(at(node.source()),
                                std::string{row.name} + ": every element must be a text");
    if (!value) return wrong_type(row.name, node, expectation(row.rule));
    builder_.assign(row, *value, at(node.source()));
  }

  static std::optional<option_value> to_option_value(value_kind kind, const toml::node& node) {
    if (is_list(kind)) return to_texts(node);
    if (kind == value_kind::flag) return as<bool>(node);
    if (kind == value_kind::integer) return as<std::int64_t>(node);
    if (kind != value_kind::seconds) return as<std::string>(node);
    const auto number = node.value<double>();
    return node.is_number() && number ? std::optional{option_value{*number}} : std::nullopt;
  }

  static std::optional<option_value> to_texts(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (!array || !(array->empty() || array->is_homogeneous<std::string>())) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& element : *array) texts.push_back(*element.value_exact<std::string>());
    return texts;
  }

  template <class Value>
  static std::optional<option_value> as(const toml::node& node) {
    const auto value = node.value_exact<Value>();
    return value ? std::optional{option_value{*value}} : std::nullopt;
  }

  void read_logs(const toml::node& node) {
    const toml::array* entries = node.as_array();
    if (!entries || !entries->is_homogeneous<toml::table>())
      return wrong_type("logs", node, "entries that begin with [[logs]]");
    for (const auto& entry : *entries) read_log_source(*entry.as_table());
  }

  void read_log_source(const toml::table& entry) {
    log_source source;
    for (const auto& [key, node] : entry) {
      const auto text = node.value_exact<std::string>();
      if (key.str() != "name" && key.str() != "path" && key.str() != "format") {
        unknown_log_key(key);
      } else if (!text) {
        wrong_type(key.str(), node, "a text");
      } else {
        read_log_member(source, key, *text);
      }
    }
    for (const std::string_view required : {"name", "path"})
      if (!entry.contains(required))
        builder_.add_error(at(entry.source()),
                           "this [[logs]] entry lacks its " + std::string{required});
    if (!source.name.empty() && !source.path.empty())
      builder_.add_log_source(std::move(source), at(entry.source()));
  }

  void read_log_member(log_source& source, const toml::key& key, const std::string& text) {
    static constexpr value_rule format_rule{.kind = value_kind::choice,
                                            .choices = words_of<log_file_format>};
    std::optional<std::string> problem;
    if (key.str() == "name") {
      problem = problem_of_service_name(text);
      if (!problem) source.name = text;
    } else if (key.str() == "path") {
      problem = problem_of_path(text);
      if (!problem) source.path = text;
    } else {
      problem = problem_with(format_rule, text);
      if (!problem) from_value(source.format, text);
    }
    if (problem) builder_.add_error(at(key.source()), std::string{key.str()} + ": " + *problem);
  }

  void read_topics(const toml::node& node) {
    const toml::array* entries = node.as_array();
    if (!entries || !entries->is_homogeneous<toml::table>())
      return wrong_type("topic", node, "entries that begin with [[topic]]");
    for (const auto& entry : *entries) read_topic(*entry.as_table());
  }

  void read_topic(const toml::table& entry) {
    topic_options declared;
    bool is_sound = true;
    for (const auto& [key, node] : entry)
      is_sound = read_topic_member(declared, key, node) && is_sound;
    for (const auto& row : topic_table()) {
      if (!is_required(row) || entry.contains(row.name)) continue;
      is_sound = false;
      builder_.add_error(at(entry.source()),
                         "this [[topic]] entry lacks its " + std::string{row.name});
    }
    if (is_sound) builder_.add_topic(std::move(declared), at(entry.source()));
  }

  /// Whether there is nothing wrong with it.
  bool read_topic_member(topic_options& declared, const toml::key& key, const toml::node& node) {
    const topic_member* row = find_topic_member(key.str());
    if (!row) {
      std::vector<std::string> known;
      for (const auto& one : topic_table()) known.emplace_back(one.name);
      unknown(key, "in [[topic]]", suggestion(key.str(), known));
      return false;
    }
    const auto value = to_option_value(row->rule.kind, node);
    if (!value) {
      wrong_type(row->name, node, expectation(row->rule));
      return false;
    }
    if (const auto problem = problem_with(row->rule, *value)) {
      builder_.add_error(at(key.source()), std::string{row->name} + ": " + *problem);
      return false;
    }
    row->set(declared, *value);
    return true;
  }

  void unknown_top_level(const toml::key& key) {
    const std::vector<std::string> known{"server", "limits", "logs", "topic"};
    std::string hint = suggestion(key.str(), known);
    if (const option* row = find_option(key.str()))
      hint = "; it belongs under [" + std::string{row->section} + "]";
    unknown(key, "at the top level", hint);
  }

  void unknown_key(std::string_view section, const toml::key& key) {
    if (const option* row = find_option(key.str()))
      return unknown(key, "in [" + std::string{section} + "]",
                     "; it belongs under [" + std::string{row->section} + "]");
    if (key.str() == "token")
      return unknown(key, "in [" + std::string{section} + "]",
                     "; a token comes from the environment alone, as SIDEWIRE_TOKEN");
    std::vector<std::string> known;
    for (const auto& row : option_table()) known.emplace_back(row.name);
    unknown(key, "in [" + std::string{section} + "]", suggestion(key.str(), known));
  }

  void unknown_log_key(const toml::key& key) {
    const std::vector<std::string> known{"name", "path", "format"};
    unknown(key, "in [[logs]]", suggestion(key.str(), known));
  }

  void unknown(const toml::key& key, const std::string& where, const std::string& hint) {
    builder_.add_error(at(key.source()),
                       "unknown key '" + std::string{key.str()} + "' " + where + hint);
  }

  void wrong_type(std::string_view name, const toml::node& node, const std::string& expected) {
    builder_.add_error(at(node.source()), std::string{name} + ": expected " + expected + ", not " +
                                              std::string{type_name(node)});
  }

  place at(const toml::source_region& region) const {
    return {value_source::file, file_name_, region.begin.line};
  }

  const std::string& file_name_;
  configuration_builder& builder_;
};

}  // namespace

void read_toml(std::string_view text, const std::string& file_name,
               configuration_builder& builder) {
  try {
    const toml::table document = toml::parse(text, file_name);
    toml_reader{file_name, builder}.read(document);
  } catch (const toml::parse_error& failed) {
    builder.add_error({value_source::file, file_name, failed.source().begin.line},
                      std::string{failed.description()});
  }
}

void read_configuration_file(const std::string& path, configuration_builder& builder) {
  const place where{value_source::file, path};
  // Read rather than asked for its size, so that a pipe will do.
  std::ifstream file{path, std::ios::binary};
  std::string text(max_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto bytes = static_cast<std::size_t>(file.gcount());
  if (!file.eof() && bytes == 0) return builder.add_error(where, "this file cannot be read");
  if (bytes > max_file_bytes) return builder.add_error(where, "this file is larger than 1 MiB");
  read_toml(std::string_view{text}.substr(0, bytes), path, builder);
}

}  // namespace sidewire::server
