#include "base/version.hpp"
#include "server/configuration_text.hpp"
#include "server/option_member.hpp"
#include "server/quoted_text.hpp"
#include "server/topic_table.hpp"

namespace sidewire::server {
namespace {

struct value_formatter {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number_text(value); }
  std::string operator()(const std::string& value) const { return quoted_text(value); }
  std::string operator()(const std::vector<std::string>& values) const {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + quoted_text(value);
    return "[" + text + "]";
  }
};

bool is_unset(const option_value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return (text && text->empty()) || (list && list->empty());
}

std::string line_of(const option& row, const configuration_result& effective) {
  const option_value value = row.get(effective.chosen);
  const std::string name{row.name};
  if (is_unset(value)) return "# " + name + " is not set\n";
  const bool is_replaced = name == "host" || name == "port";
  if (is_replaced && !effective.chosen.listen.empty())
    return "# " + name + ": listen stands instead\n";
  const auto found = effective.places.find(row.name);
  const std::string where =
      found == effective.places.end() ? place{}.name : to_string(found->second);
  std::string comment;
  append_printable(comment, where);
  return name + " = " + std::visit(value_formatter{}, value) + "  # " + comment + "\n";
}

}  // namespace

std::string configuration_as_toml(const configuration_result& effective) {
  std::string text = "# The effective configuration of sidewire " + std::string{base::version} +
                     ", and where each value came from.\n";
  std::string_view section;
  for (const auto& row : option_table()) {
    if (row.section != section) text += "\n[" + std::string{section = row.section} + "]\n";
    text += line_of(row, effective);
  }
  for (const auto& source : effective.chosen.logs) {
    text += "\n[[logs]]\nname = " + quoted_text(source.name) + "\npath = " + quoted_text(source.path) +
            "\nformat = " + std::visit(value_formatter{}, to_value(source.format)) + "\n";
  }
  for (const auto& declared : effective.chosen.topics) {
    text += "\n[[topic]]\n";
    for (const auto& row : topic_table()) {
      if (const auto value = row.get(declared)) {
        text += std::string{row.name} + " = " + std::visit(value_formatter{}, *value) + "\n";
      }
    }
  }
  return text;
}

}  // namespace sidewire::server
