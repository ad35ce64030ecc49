#include "server/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/version.hpp"
#include "server/configuration_sources.hpp"
#include "server/configuration_text.hpp"
#include "server/spelling.hpp"

namespace sidewire::server {
namespace {

constexpr std::string_view config_variable = "SIDEWIRE_CONFIG=";

std::string dashed(std::string_view name) {
  return "--" + std::string{name};
}

print_command usage_error(const std::string& message) {
  return {.standard_output = {},
          .standard_error = "sidewire: " + message + "\nTry 'sidewire --help'.\n",
          .exit_status = exit_usage};
}

print_command printed(std::string text) {
  return {.standard_output = std::move(text), .standard_error = {}};
}

std::string as_lines(std::string_view kind, const std::vector<configuration_problem>& problems) {
  std::string text;
  for (const auto& problem : problems)
    text += "sidewire: " + std::string{kind} + to_string(problem) + "\n";
  return text;
}

/// The command line as CLI11 reads it: one CLI11 option for each row of the table.
class command_line {
 public:
  command_line() {
    app_.set_help_flag();
    app_.require_subcommand(0, 1);
    app_.add_subcommand("serve")->fallthrough()->set_help_flag();
    for (const auto& row : option_table()) add(row);
    config_ = app_.add_option("--config")->type_size(1)->allow_extra_args(false);
    config_->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    for (auto& [name, wanted] : actions_) app_.add_flag(name, wanted);
  }

  /// Throws CLI::ParseError.
  void parse(std::span<const std::string> arguments) {
    // CLI11 takes them from the back.
    app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  }

  bool wants(std::string_view action) const {
    return std::ranges::find(actions_, action, &action_flag::name)->wanted;
  }

  std::string config_file() const {
    return config_->count() == 0 ? std::string{} : config_->as<std::string>();
  }

  void give(configuration_builder& builder) const {
    const auto table = option_table();
    for (std::size_t i = 0; i < table.size(); ++i)
      if (options_[i]->count() > 0)
        builder.assign_texts(table[i], options_[i]->results(),
                             {value_source::command_line, dashed(table[i].name)});
  }

  /// What CLI11 could not place, with a hint.
  std::string unexpected_argument() const {
    const std::string argument = app_.remaining().empty() ? "" : app_.remaining().front();
    const std::string name = argument.substr(0, argument.find('='));
    if (name == "--token")
      return "there is no option --token, since others can see arguments; set SIDEWIRE_TOKEN";
    std::vector<std::string> known{"--config", "serve"};
    for (const auto& action : actions_)
      known.push_back(action.name.substr(0, action.name.find(',')));
    for (const auto& row : option_table()) known.push_back(dashed(row.name));
    return "unexpected argument '" + argument + "'" + suggestion(name, known);
  }

 private:
  struct action_flag {
    std::string name;
    bool wanted = false;
  };

  void add(const option& row) {
    const bool is_flag = row.rule.kind == value_kind::flag;
    CLI::Option* added =
        is_flag ? app_.add_flag(dashed(row.name)) : app_.add_option(dashed(row.name));
    if (!is_flag) added->type_size(1)->allow_extra_args(false);
    added->multi_option_policy(is_list(row.rule.kind) ? CLI::MultiOptionPolicy::TakeAll
                                                      : CLI::MultiOptionPolicy::TakeLast);
    options_.push_back(added);
  }

  CLI::App app_;
  std::vector<CLI::Option*> options_;
  CLI::Option* config_ = nullptr;
  std::vector<action_flag> actions_{{"--help,-h"},      {"--help-limits"},  {"--version"},
                                    {"--check-config"}, {"--print-config"}, {"--print-schema"}};
};

/// The file that the command line or else the environment names; empty where none does.
std::string config_file_of(const command_line& given, std::span<const std::string> environment) {
  if (auto file = given.config_file(); !file.empty()) return file;
  const auto found = std::ranges::find_if(
      environment, [](std::string_view variable) { return variable.starts_with(config_variable); });
  return found == environment.end() ? std::string{} : found->substr(config_variable.size());
}

}  // namespace

parsed_command_line parse_command_line(std::span<const std::string> arguments,
                                       std::span<const std::string> environment) {
  command_line given;
  try {
    given.parse(arguments);
  } catch (const CLI::ExtrasError&) {
    return usage_error(given.unexpected_argument());
  } catch (const CLI::ArgumentMismatch& failed) {
    const std::string_view text = failed.what();
    return usage_error(std::string{text.substr(0, text.find(':'))} + " needs a value");
  } catch (const CLI::ParseError& failed) {
    return usage_error(failed.what());
  }
  if (given.wants("--help,-h")) return printed(help_text());
  if (given.wants("--help-limits")) return printed(limits_help_text());
  if (given.wants("--version")) return printed("sidewire " + std::string{base::version} + "\n");
  if (given.wants("--print-schema")) return printed(configuration_schema());

  configuration_builder builder;
  if (const auto file = config_file_of(given, environment); !file.empty())
    read_configuration_file(file, builder);
  read_environment(environment, builder);
  given.give(builder);
  configuration_result result = std::move(builder).finish();

  if (!result.errors.empty())
    return print_command{.standard_output = {},
                         .standard_error = as_lines("", result.errors),
                         .exit_status = exit_usage};
  if (given.wants("--check-config"))
    return print_command{.standard_output = "The configuration is valid.\n",
                         .standard_error = as_lines("warning: ", result.warnings)};
  if (given.wants("--print-config")) return printed(configuration_as_toml(result));
  return serve_command{std::move(result.chosen), std::move(result.warnings)};
}

}  // namespace sidewire::server
