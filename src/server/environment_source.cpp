#include <algorithm>
#include <array>

#include "server/configuration_sources.hpp"
#include "server/spelling.hpp"

namespace sidewire::server {
namespace {

constexpr std::string_view prefix = "SIDEWIRE_";
constexpr std::string_view token_name = "SIDEWIRE_TOKEN";
/// Known names that are no options: the file is read before, and the address is for clients.
constexpr std::array<std::string_view, 2> other_names{"SIDEWIRE_CONFIG", "SIDEWIRE_URL"};

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    elements.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return elements;
}

const option* find_by_environment_name(std::string_view name) {
  const auto found = std::ranges::find_if(
      option_table(), [&](const option& row) { return environment_name(row.name) == name; });
  return found == option_table().end() ? nullptr : &*found;
}

std::string suggest_environment_name(std::string_view name) {
  // Without the prefix, which would make any two names look alike.
  std::vector<std::string> known{"TOKEN", "CONFIG"};
  for (const auto& row : option_table())
    known.push_back(environment_name(row.name).substr(prefix.size()));
  const auto near = nearest(name.substr(prefix.size()), known);
  return near ? " (did you mean '" + std::string{prefix} + *near + "'?)" : std::string{};
}

}  // namespace

void read_environment(std::span<const std::string> variables, configuration_builder& builder) {
  for (const std::string_view variable : variables) {
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(prefix) || equals == variable.npos) continue;
    const std::string_view name = variable.substr(0, equals);
    const std::string_view value = variable.substr(equals + 1);
    place where{value_source::environment, std::string{name}};
    if (name == token_name) {
      builder.assign_token(value, std::move(where));
    } else if (const option* row = find_by_environment_name(name)) {
      const auto texts = is_list(row->rule.kind) ? split_at_commas(value)
                                                 : std::vector<std::string>{std::string{value}};
      builder.assign_texts(*row, texts, std::move(where));
    } else if (std::ranges::find(other_names, name) == other_names.end()) {
      builder.add_warning(std::move(where),
                          "no option has this name" + suggest_environment_name(name));
    }
  }
}

}  // namespace sidewire::server
