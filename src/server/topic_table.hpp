#pragma once

#include <optional>
#include <sidewire/topic.hpp>
#include <span>
#include <string_view>

#include "server/option_value.hpp"

/// What a `[[topic]]` entry of the configuration file may say. The file's reader, its JSON Schema
/// and `--print-config` are all read off this table.
namespace sidewire::server {

/// One row. A constant; any thread.
struct topic_member {
  std::string_view name;
  /// One or two sentences.
  std::string_view help;
  value_rule rule;
  /// Nothing where the entry says nothing of it.
  std::optional<option_value> (*get)(const topic_options&);
  /// The value must be one that the rule takes.
  void (*set)(topic_options&, const option_value&);
};

std::span<const topic_member> topic_table();

/// Null where there is none of this name.
const topic_member* find_topic_member(std::string_view name);

/// Whether an entry must have it.
bool is_required(const topic_member& member) noexcept;

}  // namespace sidewire::server
